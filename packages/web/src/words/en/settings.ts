// Words of the settings screens, put together from one file a part.
import { accountWords } from './settings/account.ts'
import { auditWords } from './settings/audit.ts'
import { frameWords } from './settings/frame.ts'
import { machineWords } from './settings/machine.ts'
import { notificationWords } from './settings/notifications.ts'
import { scopeWords } from './settings/scopes.ts'
import { tasteWords } from './settings/taste.ts'
import { userWords } from './settings/users.ts'

export const settingsWords = {
  ...frameWords,
  ...accountWords,
  ...auditWords,
  ...machineWords,
  ...notificationWords,
  ...scopeWords,
  ...tasteWords,
  ...userWords,
} as const
