// Asks before a user is removed, and names everything that goes with the account.
import type { User } from '@tutti/core'
import { api } from '../../data/api.ts'
import { toast } from '../../data/toast-store.ts'
import { t } from '../../words/words.ts'
import { LossDialog } from '../form.tsx'
import { useLive } from '../../data/use-live.ts'

export function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { id, name } = user
  const owned = useLive({ key: id, read: () => ownedBy(id) })
  return (
    <LossDialog
      title={t('users.remove-title', { name })}
      does={t('users.remove-do', { name })}
      wait={owned.state === 'loading'}
      act={() => api.removeUser({ id })}
      onDone={() => toast(t('users.removed', { name }))}
      onClose={onClose}
    >
      {owned.state === 'loading' && t('users.remove-wait', { name })}
      {owned.state === 'failed' && owned.message}
      {owned.state === 'ready' &&
        t('users.remove-text', {
          name,
          logins: t('users.remove-logins', { n: owned.value.logins }),
          tokens: t('users.remove-tokens', { n: owned.value.tokens }),
          passkeys: t('users.passkeys', { n: user.passkeys }),
        })}
    </LossDialog>
  )
}

async function ownedBy(userId: string): Promise<{ logins: number; tokens: number }> {
  const [logins, tokens] = await Promise.all([api.listLogins({ all: true }), api.listTokens({ all: true })])
  const count = (rows: readonly { userId: string }[]) => rows.filter((row) => row.userId === userId).length
  return { logins: count(logins), tokens: count(tokens) }
}
