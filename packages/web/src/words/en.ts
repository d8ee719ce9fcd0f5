// The English catalogue, put together from one file a feature.
import { agentWords } from './en/agents.ts'
import { commonWords } from './en/common.ts'
import { keyWords } from './en/keys.ts'
import { loginWords } from './en/login.ts'
import { screenWords } from './en/screens.ts'
import { settingsWords } from './en/settings.ts'
import { terminalWords } from './en/terminal.ts'

export const en = {
  ...commonWords,
  ...agentWords,
  ...keyWords,
  ...loginWords,
  ...screenWords,
  ...settingsWords,
  ...terminalWords,
} as const
