// Below a terminal whose program has ended, sleeps, or did not open: what happened and what to do.
import { Sunrise } from 'lucide-react'
import type { Agent } from '@tutti/core'
import { useStore } from 'zustand'
import { wake } from '../agents/actions.ts'
import { useMay } from '../data/session-store.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import type { TerminalSession, TerminalView } from './terminal-session.ts'
import css from './ended-card.module.css'

export function EndedCard({ session, agent }: { session: TerminalSession; agent: Agent }) {
  const view = useStore(session.view)
  const mayWake = useMay('agent:write')
  const { title, text } = story(view, agent)
  return (
    <div className={css.card} aria-live="polite">
      <div className={css.words}>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {agent.session && view.phase !== 'open' && (
        <Button onClick={() => session.handle.reopen()}>{t('common.retry')}</Button>
      )}
      {mayWake && !agent.session && (
        <Button kind="primary" icon={<Sunrise />} onClick={() => void wake([agent])}>
          {t('agents.wake')}
        </Button>
      )}
    </div>
  )
}

function story(view: TerminalView, agent: Agent): { title: string; text: string } {
  if (agent.status.state === 'hibernated')
    return { title: t('term.hibernated'), text: t('term.hibernated-text', { name: agent.name }) }
  if (view.exit) {
    const { code, reason } = view.exit
    const title = code === null ? t('term.ended') : t('term.ended-code', { code })
    return { title, text: reason ? t('term.ended-why', { reason }) : agent.status.why }
  }
  if (view.fault && agent.session) return { title: t('term.failed'), text: view.fault.message }
  return { title: t('term.ended'), text: agent.status.why }
}
