// API tokens, mine or everybody's: what each may do, when it was used, and its end.
import type { LoggedEvent, OutputOf, Token } from '@tutti/core'
import { Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { api } from '../../data/api.ts'
import { useMe } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { Table } from '../../ui/table.tsx'
import { Time, useNow } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { LossDialog } from '../form.tsx'
import { Loading } from '../loading.tsx'
import { Part } from '../settings-page.tsx'
import { useLive, withRow, withoutRow } from '../../data/use-live.ts'
import { useRoles } from '../users/use-roles.ts'
import { mayEnd } from '../users/user-rules.ts'
import css from './access.module.css'
import { NewToken } from './new-token.tsx'

type Tokens = OutputOf<'listTokens'>

export function TokensTable({ all }: { all: boolean }) {
  const mine = useMe()?.user.id ?? ''
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const list = useLive<Tokens>({
    key: `tokens ${all}`,
    read: () => api.listTokens({ all }),
    apply: (tokens, event) => heard(tokens, event, all ? null : mine),
  })
  const add = !all && (
    <Button icon={<Plus />} onClick={() => setAdding(true)}>
      {t('tokens.add')}
    </Button>
  )
  const change = list.state === 'ready' ? list.change : () => undefined
  return (
    <Part
      title={all ? t('access.tokens') : t('tokens.title')}
      says={all ? t('access.tokens-says') : t('tokens.says')}
      action={add}
    >
      <Loading of={list} lines={2}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className={css.quiet}>{all ? t('access.tokens-none') : t('tokens.none')}</p>
          ) : (
            <Rows all={all} tokens={tokens} onRevoke={setRevoking} />
          )
        }
      </Loading>
      {adding && (
        <NewToken
          onMade={(token) => change((tokens) => newestFirst(withRow(tokens, token)))}
          onClose={() => setAdding(false)}
        />
      )}
      {revoking && (
        <LossDialog
          title={t('tokens.revoke-title', { label: revoking.label })}
          does={t('tokens.revoke-do')}
          act={() => api.revokeToken({ id: revoking.id })}
          onDone={() => {
            change((tokens) => withoutRow(tokens, revoking.id))
            toast(t('tokens.revoked', { label: revoking.label }))
          }}
          onClose={() => setRevoking(null)}
        >
          {t('tokens.revoke-text')}
        </LossDialog>
      )}
    </Part>
  )
}

function heard(tokens: Tokens, event: LoggedEvent, only: string | null): Tokens {
  if (event.type === 'token.revoked') return withoutRow(tokens, event.data.id)
  if (event.type !== 'token.created' || (only !== null && event.data.userId !== only)) return tokens
  return newestFirst(withRow(tokens, event.data))
}

const newestFirst = (tokens: Tokens): Tokens => tokens.toSorted((a, b) => b.createdAt - a.createdAt)

interface RowsProps {
  all: boolean
  tokens: Tokens
  onRevoke: (token: Token) => void
}

function Rows({ all, tokens, onRevoke }: RowsProps) {
  const me = useMe()
  const roles = useRoles(all)
  const ends = (token: Token) =>
    mayEnd(me, token.userId, roles) && (
      <Button kind="quiet" onClick={() => onRevoke(token)}>
        {t('tokens.revoke')}
        <span className="visually-hidden"> {token.label}</span>
      </Button>
    )
  return (
    <Table
      label={all ? t('access.tokens') : t('tokens.title')}
      rows={tokens}
      rowKey={({ id }) => id}
      columns={columns(all, ends)}
    />
  )
}

const columns = (all: boolean, ends: (token: Token) => ReactNode) => [
  ...(all ? [{ title: t('logins.user'), cell: (token: Token) => token.userName }] : []),
  { title: t('tokens.label'), cell: (token: Token) => token.label },
  { title: t('tokens.scopes'), cell: (token: Token) => <Scopes token={token} /> },
  { title: t('tokens.used'), cell: ({ lastUsedAt }: Token) => <When at={lastUsedAt} /> },
  { title: t('tokens.expires'), cell: ({ expiresAt }: Token) => <Expiry at={expiresAt} /> },
  { title: '', end: true, cell: ends },
]

const Scopes = ({ token }: { token: Token }) => (
  <span data-tip={token.scopes.map((scope) => t(`scope.${scope}`)).join(' · ')} className={css.scopes}>
    {t('tokens.scopes-count', { n: token.scopes.length })}
  </span>
)

const When = ({ at }: { at: number | null }) => (at === null ? t('common.never') : <Time at={at} />)

function Expiry({ at }: { at: number | null }) {
  const now = useNow()
  if (at !== null && at < now) return <span className={css.bad}>{t('tokens.expired')}</span>
  return <When at={at} />
}
