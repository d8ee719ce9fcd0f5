// Agents that two machines claim: both keys are shown, and a person says whose it is.
import type { AgentClaims, OutputOf } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useMay } from '../data/session-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLive } from '../data/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { shortKey } from './short-key.ts'
import css from './claims-part.module.css'

type Claims = OutputOf<'listClaims'>

export function ClaimsPart() {
  const list = useLive<Claims>({ key: 'claims', read: () => api.listClaims({}) })
  if (list.state !== 'ready' || list.value.length === 0) return null
  return (
    <Section title={t('claims.title')} says={t('claims.says')}>
      <ul className={css.list}>
        {list.value.map((claim) => (
          <Rivals key={claim.agentId} claim={claim} onSettled={(claims) => list.change(() => claims)} />
        ))}
      </ul>
    </Section>
  )
}

function Rivals({ claim, onSettled }: { claim: AgentClaims; onSettled: (claims: Claims) => void }) {
  const mayWrite = useMay('node:write')
  const isOurs = claim.claims.some(({ self }) => self)
  const settle = async ({ node, machine: winner }: AgentClaims['claims'][number]) => {
    const settled = await attempt(() => api.settleClaim({ agentId: claim.agentId, node }))
    if (!settled) return
    onSettled(settled)
    toast(t('claims.settled', { machine: winner, name: claim.name }))
  }
  return (
    <li className={css.rivals}>
      <h3>
        {claim.name} {claim.contested && <span className={css.mark}>{t('claims.contested')}</span>}
      </h3>
      <ul className={css.list}>
        {claim.claims.map((one) => (
          <li key={one.node} className={css.claim}>
            <strong>{one.machine}</strong>
            <code data-tip={one.node}>{shortKey(one.node)}</code>
            <Time at={one.at} />
            {one.home && <span className={css.home}>{t('claims.home')}</span>}
            {mayWrite && isOurs && (
              <Button
                aria-label={t('claims.choose-long', {
                  machine: one.machine,
                  key: shortKey(one.node),
                  name: claim.name,
                })}
                onClick={() => void settle(one)}
              >
                {t('claims.choose', { machine: one.machine })}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!isOurs && <p className={css.home}>{t('claims.elsewhere')}</p>}
    </li>
  )
}
