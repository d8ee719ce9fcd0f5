// The English catalogue, put together from one file a feature.
import { agentWords } from './en/agents.ts'
import { attentionWords } from './en/attention.ts'
import { chatWords } from './en/chat.ts'
import { commonWords } from './en/common.ts'
import { keyWords } from './en/keys.ts'
import { loginWords } from './en/login.ts'
import { screenWords } from './en/screens.ts'
import { settingsWords } from './en/settings.ts'
import { terminalWords } from './en/terminal.ts'
import { usageWords } from './en/usage.ts'

export const en = {
  ...commonWords,
  ...agentWords,
  ...attentionWords,
  ...chatWords,
  ...keyWords,
  ...loginWords,
  ...screenWords,
  ...settingsWords,
  ...terminalWords,
  ...usageWords,
} as const
