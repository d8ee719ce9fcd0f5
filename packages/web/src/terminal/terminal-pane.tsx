// A terminal on the screen with what belongs around it: size, state, search and the keys that a phone lacks.
import '@xterm/xterm/css/xterm.css'
import type { Agent } from '@tutti/core'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { AnswerBar } from '../attention/answer-bar.tsx'
import { usePreferences } from '../data/preferences-store.ts'
import { useMay } from '../data/session-store.ts'
import { toast } from '../data/toast-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { t } from '../words/words.ts'
import { playNeedSound } from '../shell/sound.ts'
import { EndedCard } from './ended-card.tsx'
import { KeyBar } from './key-bar.tsx'
import { SearchBar } from './search-bar.tsx'
import { SizeBanner } from './size-banner.tsx'
import { termTheme } from './term-theme.ts'
import { terminalPool } from './terminal-pool.ts'
import type { SessionRequest, TerminalSession } from './terminal-session.ts'
import { useGestures } from './gestures.ts'
import { CopyRequest, LinkHint, NotLinked } from './terminal-notes.tsx'
import css from './terminal-pane.module.css'

interface Props {
  agent: Agent
  /** Whether its pane is the one in use. */
  active: boolean
}

const FONT_SIZE = 13

export function TerminalPane({ agent, active }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const session = useSession(agent, place, active)
  return (
    <div className={css.pane}>
      {session && <Around session={session} agent={agent} active={active} />}
      <div ref={place} className={css.place} />
      <AnswerBar agent={agent} active={active} />
      {session && <Below session={session} agent={agent} />}
    </div>
  )
}

/** Takes a terminal out of the pool, shows it in its place and gives it back. */
function useSession(agent: Agent, place: { current: HTMLDivElement | null }, active: boolean) {
  const [session, setSession] = useState<TerminalSession | null>(null)
  const mayWrite = useMay('terminal:write')
  const fontSize = usePreferences((state) => state.preferences.terminalFontSize) ?? FONT_SIZE
  const focusNow = useEffectEvent((made: TerminalSession) => {
    // Where nothing runs, keys such as w (wake) are worth more than a cursor.
    if (active && agent.session && matchMedia('(pointer: fine)').matches) made.term.focus()
  })
  const onBell = useEffectEvent(() => {
    if (!document.hasFocus() || !active) toast(t('term.bell', { name: agent.name }))
    if (usePreferences.getState().preferences.sound) playNeedSound()
  })
  const sizeNow = useEffectEvent(() => fontSize)
  useEffect(() => {
    const parent = place.current
    if (!parent) return undefined
    const request: SessionRequest = {
      agentId: agent.id,
      access: mayWrite ? 'write' : 'read',
      fontSize: sizeNow(),
    }
    const made = terminalPool.take(request)
    made.attach(parent)
    // The terminal exists only once its place is in the page.
    // oxlint-disable-next-line react/set-state-in-effect
    setSession(made)
    focusNow(made)
    // Heard in what a program writes now; a screen that is shown again has no bell in it.
    const bell = made.term.onBell(() => onBell())
    const fit = new ResizeObserver(() => made.fit())
    fit.observe(parent)
    return () => {
      fit.disconnect()
      bell.dispose()
      terminalPool.giveBack(request)
      setSession(null)
    }
  }, [agent.id, mayWrite, place])
  useEffect(() => {
    session?.setFont(fontSize)
    session?.fit()
  }, [session, fontSize])
  useReopening(session, agent)
  useThemed(session)
  useGestures(session, place)
  return session
}

/** A program that was started again has a new terminal: the ended one opens anew. */
function useReopening(session: TerminalSession | null, agent: Agent): void {
  const startedAt = agent.session?.startedAt ?? null
  useEffect(() => {
    if (!session || startedAt === null) return
    const { phase } = session.view.getState()
    if (phase === 'ended' || phase === 'fault') session.handle.reopen()
  }, [session, startedAt])
}

function useThemed(session: TerminalSession | null): void {
  useEffect(() => {
    if (!session) return undefined
    const paint = () => {
      session.term.options.theme = termTheme()
    }
    const watch = new MutationObserver(paint)
    watch.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] })
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', paint)
    return () => {
      watch.disconnect()
      system.removeEventListener('change', paint)
    }
  }, [session])
}

function Around({ session, agent, active }: Props & { session: TerminalSession }) {
  const [searching, setSearching] = useState(false)
  const view = useStore(session.view)
  useCommand('find', () => setSearching(true), active)
  useCommand('focus.terminal', () => session.term.focus(), active)
  useCommand('leave.terminal', () => session.term.blur(), active)
  useCommand('take', () => void session.handle.take(), active && view.access === 'write')
  return (
    <div className={css.around}>
      {searching && <SearchBar session={session} onClose={() => setSearching(false)} />}
      <SizeBanner session={session} />
      {view.phase === 'open' && !view.linked && <NotLinked />}
      {view.access === 'read' && <p className={css.note}>{t('term.read-only')}</p>}
      {view.copyRequest !== null && (
        <CopyRequest session={session} name={agent.name} text={view.copyRequest} />
      )}
      {view.link !== null && <LinkHint url={view.link} />}
    </div>
  )
}

function Below({ session, agent }: { session: TerminalSession; agent: Agent }) {
  const phase = useStore(session.view, (view) => view.phase)
  const ended = phase === 'ended' || phase === 'fault' || agent.session === null
  if (ended) return <EndedCard session={session} agent={agent} />
  return <KeyBar session={session} />
}
