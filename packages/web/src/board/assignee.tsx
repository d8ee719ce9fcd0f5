// Whoever works on a card, small: face, name, and for an agent what it does or that its machine is away.
import { MonitorOff, UserRound } from 'lucide-react'
import { awayText } from '../ui/away-text.ts'
import { Avatar } from '../ui/avatar.tsx'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { t } from '../words/words.ts'
import css from './card-view.module.css'
import { useWorker } from './who.ts'

export function Assignee({ name }: { name: string }) {
  const { agent, away } = useWorker(name)
  return (
    <span className={css.who}>
      {agent ? <Avatar of={agent} size={16} /> : <UserRound aria-hidden />}
      <span className="visually-hidden">{t('board.given-to', { name: '' })}</span>
      <span className={css.name}>{name}</span>
      {agent && !away && <StateGlyph status={agent.status} />}
      {away && (
        <span className={css.away} data-tip={awayText(away)}>
          <MonitorOff aria-hidden />
          {t('board.away')}
        </span>
      )}
    </span>
  )
}
