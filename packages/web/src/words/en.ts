// The English catalogue of what every page may say, put together from one file a feature; ./late brings the rest.
import { agentWords } from './en/agents.ts'
import { commonWords } from './en/common.ts'
import { screenWords } from './en/screens.ts'
import { terminalWords } from './en/terminal.ts'

export const en = {
  ...commonWords,
  ...agentWords,
  ...screenWords,
  ...terminalWords,
} as const
