// What hands do in a terminal beside typing: paste, copy, and two fingers that change the size of the text.
import { useEffect } from 'react'
import { copyText } from '../data/clipboard.ts'
import { changePreferences } from '../data/preferences-store.ts'
import type { TerminalSession } from './terminal-session.ts'

const SMALLEST = 9
const LARGEST = 28

export function useGestures(session: TerminalSession | null, place: { current: HTMLElement | null }): void {
  useEffect(() => {
    const element = place.current
    if (!session || !element) return undefined
    const end = new AbortController()
    const options = { signal: end.signal, capture: true }
    // The server brackets a paste as the program asked, so xterm must not do it a second time.
    element.addEventListener('paste', (event) => paste(event, session), options)
    session.term.attachCustomKeyEventHandler((event) => !copies(event, session))
    pinch(element, session, end.signal)
    return () => end.abort()
  }, [session, place])
}

function paste(event: ClipboardEvent, session: TerminalSession): void {
  const text = event.clipboardData?.getData('text/plain')
  if (!text) return
  event.preventDefault()
  event.stopPropagation()
  session.handle.paste(text)
}

/** Ctrl-Shift-C, which terminals outside a Mac have for copying; on a Mac the browser does ⌘C. */
function copies(event: KeyboardEvent, { term }: TerminalSession): boolean {
  const asked = event.ctrlKey && event.shiftKey && event.code === 'KeyC'
  if (!asked) return false
  event.preventDefault()
  if (event.type === 'keydown' && term.hasSelection()) void copyText(term.getSelection())
  return true
}

function pinch(element: HTMLElement, session: TerminalSession, signal: AbortSignal): void {
  let from: { distance: number; size: number } | null = null
  const sizeNow = () => session.term.options.fontSize ?? 13
  element.addEventListener(
    'touchstart',
    (event) => {
      const distance = distanceOf(event.touches)
      from = distance === null ? null : { distance, size: sizeNow() }
    },
    { signal, passive: true },
  )
  element.addEventListener(
    'touchmove',
    (event) => {
      const distance = distanceOf(event.touches)
      if (!from || distance === null) return
      event.preventDefault()
      const size = Math.round((from.size * distance) / from.distance)
      session.setFont(Math.min(Math.max(size, SMALLEST), LARGEST))
    },
    { signal, passive: false },
  )
  element.addEventListener(
    'touchend',
    () => {
      if (from && from.size !== sizeNow()) changePreferences({ terminalFontSize: sizeNow() })
      from = null
    },
    { signal },
  )
}

function distanceOf(touches: TouchList): number | null {
  const [a, b] = [touches[0], touches[1]]
  return a && b && touches.length === 2 ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : null
}
