// One versioned change of an account: undone with one press, and told when somebody was faster.
import type { User } from '@tutti/core'
import { api } from '../../data/api.ts'
import { faultCode } from '../../data/fault-text.ts'
import { attempt } from '../../data/attempt.ts'
import { toast, toastError } from '../../data/toast-store.ts'
import { t } from '../../words/words.ts'
import { withRow } from '../../data/use-live.ts'
import type { Change } from './users-screen.tsx'

interface Ask {
  user: User
  to: Partial<Pick<User, 'role' | 'disabled'>>
  /** After it was done. */
  says: string
  change: Change
  reload: () => void
}

export async function changeUser(ask: Ask): Promise<void> {
  const { user, to } = ask
  const changed = await sent(ask, user)
  if (!changed) return
  const before = {
    ...('role' in to ? { role: user.role } : {}),
    ...('disabled' in to ? { disabled: user.disabled } : {}),
  }
  toast(ask.says, { undo: () => void sent({ ...ask, to: before }, changed) })
}

async function sent({ to, change, reload }: Ask, { id, version }: User): Promise<User | null> {
  const answer = await attempt(async () => {
    try {
      return await api.updateUser({ id, ...to }, { version })
    } catch (error) {
      if (faultCode(error) !== 'version.stale') throw error
      reload()
      toastError(t('settings.stale'))
      return null
    }
  })
  if (answer) change((users) => withRow(users, answer))
  return answer
}
