// One tile of the wall: a live picture of a terminal in text, fed only while it can be seen.
import type { Agent } from '@tutti/core'
import { memo, useEffect, useRef, useState, type RefObject } from 'react'
import { Link } from 'wouter'
import { AnswerBar } from '../attention/answer-bar.tsx'
import { liveStream } from '../data/live.ts'
import { needsYou } from '../agents/need.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { paintLines } from './paint.ts'
import { withoutEmptyEnd } from './sgr.ts'
import css from './tile.module.css'

export const Tile = memo(function Tile({ agent }: { agent: Agent }) {
  const tile = useRef<HTMLLIElement>(null)
  const screen = useRef<HTMLDivElement>(null)
  const visible = useVisible(tile)
  const [painted, setPainted] = useState(false)
  // The keys answer the tile that has the focus.
  const [focused, setFocused] = useState(false)
  useEffect(() => {
    if (!visible) return undefined
    return feed(agent.id, screen, () => setPainted(true))
  }, [agent.id, visible])
  return (
    // Only hears that the link inside has the focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      ref={tile}
      className={css.tile}
      data-needs={needsYou(agent) || undefined}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <Link href={`/agents/${agent.id}`} className={css.link}>
        <span className={css.head}>
          <StateGlyph status={agent.status} />
          <span className={css.name}>{agent.name}</span>
          <span className={css.time}>
            <Time at={agent.status.since} />
          </span>
        </span>
        <span className={css.frame}>
          <div ref={screen} className={css.screen} aria-hidden />
          {!painted && <span className={css.waiting}>{t('wall.waiting')}</span>}
        </span>
      </Link>
      <AnswerBar agent={agent} active={focused} compact />
    </li>
  )
})

function useVisible(ref: RefObject<HTMLElement | null>): boolean {
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (!element) return undefined
    const watch = new IntersectionObserver(
      ([entry]) => setVisible(entry?.isIntersecting ?? false),
      { rootMargin: '100px' }, // ready by the time it is scrolled into view
    )
    watch.observe(element)
    return () => watch.disconnect()
  }, [ref])
  return visible
}

const SMALLEST = { cols: 80, rows: 24 }

/** Pictures arrive faster than the page is painted at times: only the newest is drawn, once a frame. */
function feed(agentId: string, screen: RefObject<HTMLElement | null>, onPainted: () => void): () => void {
  let before: readonly string[] = []
  let next: { lines: string[]; cols: number } | null = null
  let frame = 0
  const paint = () => {
    frame = 0
    const element = screen.current
    if (!element || !next) return
    element.style.setProperty('--cols', String(next.cols))
    paintLines(element, next.lines, before)
    before = next.lines
    onPainted()
  }
  const handle = liveStream().openTerminal(
    { agentId, ...SMALLEST, access: 'read', kind: 'thumbnail' },
    {
      data: () => undefined,
      snapshot: () => undefined,
      thumbnail: ({ lines, cols }) => {
        next = { lines: withoutEmptyEnd(lines), cols }
        frame ||= requestAnimationFrame(paint)
      },
    },
  )
  return () => {
    cancelAnimationFrame(frame)
    handle.close()
  }
}
