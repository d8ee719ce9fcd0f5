// An agent of a machine that is away: what was last known of it, in place of a picture of waiting.
import type { Agent } from '@tutti/core'
import { MonitorOff } from 'lucide-react'
import { useState } from 'react'
import { useAttention } from '../data/attention-store.ts'
import { useHome, type Neighbour } from '../data/room-store.ts'
import { awayText } from '../ui/away-text.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './away.module.css'

export const AwayNote = ({ machine }: { machine: Neighbour }) => (
  <output className={css.note}>
    <MonitorOff aria-hidden />
    <span>
      <strong>{machine.name}</strong> {awayText(machine)}. {t('away.says')}
    </span>
  </output>
)

/** The machine, if it is away; and whether there is nothing of it on the screen to keep. */
export function useAway(agentId: string): { machine: Neighbour | null; blank: boolean } {
  const home = useHome(agentId)
  const away = home?.link === 'away' ? home : null
  const [seen, setSeen] = useState<string | null>(null)
  // What was open when the machine went stays as it is: it is its last picture.
  if (away === null && seen !== agentId) setSeen(agentId)
  return { machine: away, blank: away !== null && seen !== agentId }
}

export function LastKnown({ agent }: { agent: Agent }) {
  const items = useAttention((state) => state.items)
  const asked = [...items.values()].findLast(({ agentId }) => agentId === agent.id)
  return (
    <section className={css.last} aria-label={t('away.last')}>
      <h2>{t('away.last')}</h2>
      <dl>
        <dt>{t('away.state')}</dt>
        <dd>
          <StateGlyph status={agent.status} word /> <Time at={agent.status.since} />
        </dd>
        {agent.status.why && (
          <>
            <dt>{t('away.why')}</dt>
            <dd>{agent.status.why}</dd>
          </>
        )}
        {asked && (
          <>
            <dt>{t('away.asked')}</dt>
            <dd>{asked.ask.title}</dd>
          </>
        )}
        <dt>{t('new.folder')}</dt>
        <dd>
          <code>{agent.folder}</code>
        </dd>
        <dt>{t('new.program')}</dt>
        <dd>
          <code>{[agent.program, ...agent.args].join(' ')}</code>
        </dd>
      </dl>
    </section>
  )
}
