// An agent of a machine that is away: what was last known of it, in place of a picture of waiting.
import '../words/late/away.ts'
import type { Agent } from '@tutti/core'
import { MonitorOff } from 'lucide-react'
import { useAttention } from '../data/attention-store.ts'
import type { Neighbour } from '../data/room-store.ts'
import { awayText } from '../ui/away-text.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './away.module.css'

interface Props {
  machine: Neighbour
  agent: Agent
  /** There is nothing of it on the screen. */
  blank: boolean
}

export const Away = ({ machine, agent, blank }: Props) => (
  <>
    <AwayNote machine={machine} />
    {blank && <LastKnown agent={agent} />}
  </>
)

const AwayNote = ({ machine }: { machine: Neighbour }) => (
  <output className={css.note}>
    <MonitorOff aria-hidden />
    <span>
      <strong>{machine.name}</strong> {awayText(machine)}. {t('away.says')}
    </span>
  </output>
)

function LastKnown({ agent }: { agent: Agent }) {
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
