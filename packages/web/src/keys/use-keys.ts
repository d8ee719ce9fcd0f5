// Hears the keyboard for the whole page and runs commands; what belongs to a program or to a text field stays there.
import { useEffect } from 'react'
import { usePreferences } from '../data/preferences-store.ts'
import { openRecent } from '../agents/recent.ts'
import { chordOf, terminalChord } from './chord.ts'
import { canRun, runCommand } from './command-registry.ts'
import { commands, keysOf, type CommandId } from './commands.ts'
import { createMatcher } from './matcher.ts'

/** Mounted once by the shell. */
export function useKeys(): void {
  useEffect(() => {
    const match = createMatcher(bindings, Date.now)
    const hear = (event: KeyboardEvent) => {
      const chord = heard(event)
      if (!chord) return
      const digit = /^mod\+([1-9])$/.exec(chord)?.[1]
      const found = match(chord)
      if (found === null && !digit) return
      if (found === 'more') return
      const done = digit ? openRecent(Number(digit)) : found !== null && runCommand(asId(found.id))
      if (done) {
        event.preventDefault()
        event.stopPropagation()
      }
    }
    // In the capture phase, before a terminal takes the key.
    window.addEventListener('keydown', hear, true)
    return () => window.removeEventListener('keydown', hear, true)
  }, [])
}

function bindings() {
  const rebound = usePreferences.getState().preferences.keys ?? {}
  return commands.flatMap(({ id }) => {
    const chord = keysOf(id, rebound)
    // The same keys may do something else on another screen.
    return chord && canRun(id) ? [{ id, chord }] : []
  })
}

const asId = (id: string): CommandId => commands.find((one) => one.id === id)?.id ?? 'sheet'

/** The chord that Tutti may take, or null when the key belongs to where the focus is. */
function heard(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.isComposing) return null
  const chord = chordOf(event)
  const target = event.target instanceof Element ? event.target : null
  if (!chord || !target) return null
  return owned(chord, target) ? null : target.closest('[data-terminal]') ? terminalChord(chord) : chord
}

/** Whether what has the focus uses the key itself. */
function owned(chord: string, target: Element): boolean {
  if (target.closest('[data-terminal]')) return false
  if (target.closest('[data-keys="own"]')) return true
  if (chord.startsWith('mod+')) return false
  // Inside a dialog only chords work: its own keys are the browser's.
  if (target.closest('input, textarea, select, [contenteditable], dialog, [popover], [role="menu"]'))
    return true
  return (chord === 'enter' || chord === 'space') && target.closest('a, button, summary') !== null
}
