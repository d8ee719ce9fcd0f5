// Key chords as text ("mod+shift+f", "g a"), the same in the table of commands, in preferences and on the screen.

export interface KeyPress {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

export const isApple = (platform: string): boolean => /mac|iphone|ipad/i.test(platform)

const apple = typeof navigator !== 'undefined' && isApple(navigator.platform)

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'space',
  escape: 'esc',
  arrowup: 'up',
  arrowdown: 'down',
  arrowleft: 'left',
  arrowright: 'right',
}
const SIGNS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: '⏎',
  esc: 'Esc',
  space: 'Space',
  tab: 'Tab',
  delete: 'Del',
}

/** The chord of a key press: "mod" is ⌘ on Apple's machines and Ctrl elsewhere. Null for a modifier alone. */
export function chordOf(press: KeyPress, onApple: boolean = apple): string | null {
  const lower = press.key.toLowerCase()
  if (['control', 'meta', 'alt', 'shift', 'dead'].includes(lower)) return null
  const mod = onApple ? press.metaKey : press.ctrlKey
  const other = onApple ? press.ctrlKey : press.metaKey
  const held = mod || other || press.altKey
  // Held with a modifier, Shift changes what a letter key writes, so the key's own place says which letter it is.
  const key = held && /^(Key|Digit)/.test(press.code) ? press.code.replace(/^(Key|Digit)/, '') : press.key
  const name = NAMES[key.toLowerCase()] ?? key.toLowerCase()
  // A sign such as "?" says by itself that Shift was held.
  const shift = press.shiftKey && (held || name.length > 1)
  const parts = [
    mod && 'mod',
    other && (onApple ? 'ctrl' : 'meta'),
    press.altKey && 'alt',
    shift && 'shift',
    name,
  ]
  return parts.filter(Boolean).join('+')
}

/** The chord as it reads on a keyboard: ⌘⇧F, Ctrl+Shift+F, "g a". */
export const keyLabel = (chord: string, onApple: boolean = apple): string =>
  chord
    .split(' ')
    .map((part) => partLabel(part, onApple))
    .join(' ')

function partLabel(part: string, onApple: boolean): string {
  const keys = part.split('+').filter(Boolean)
  const shown = keys.map(
    (key) => modifierLabel(key, onApple) ?? SIGNS[key] ?? (keys.length > 1 ? key.toUpperCase() : key),
  )
  return shown.join(onApple || shown.length === 1 ? '' : '+')
}

function modifierLabel(key: string, onApple: boolean): string | undefined {
  const labels: Readonly<Record<string, [string, string]>> = {
    mod: ['⌘', 'Ctrl'],
    ctrl: ['⌃', 'Ctrl'],
    meta: ['⌘', 'Meta'],
    alt: ['⌥', 'Alt'],
    shift: ['⇧', 'Shift'],
  }
  return labels[key]?.[onApple ? 0 : 1]
}

/** In a terminal only ⌘ chords belong to Tutti, and elsewhere than on a Mac only those with Ctrl and Shift. */
export function terminalChord(chord: string, onApple: boolean = apple): string | null {
  if (!chord.startsWith('mod+')) return null
  if (onApple) return chord
  return chord.startsWith('mod+shift+') ? chord.replace('mod+shift+', 'mod+') : null
}
