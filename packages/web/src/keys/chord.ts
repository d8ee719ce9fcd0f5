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
  if (['control', 'meta', 'alt', 'shift', 'dead'].includes(press.key.toLowerCase())) return null
  const modifiers = modifiersOf(press, onApple)
  const held = modifiers.length > 0
  // Held with a modifier, Shift changes what a key writes, so the key's own place says which one it is.
  const key = (held && keyAt(press.code)) || press.key
  const name = NAMES[key.toLowerCase()] ?? key.toLowerCase()
  // A sign such as "?" says by itself that Shift was held.
  const shift = press.shiftKey && (held || name.length > 1)
  return [...modifiers, ...(shift ? ['shift'] : []), name].join('+')
}

function modifiersOf(press: KeyPress, onApple: boolean): string[] {
  const mod = onApple ? press.metaKey : press.ctrlKey
  const other = onApple ? press.ctrlKey : press.metaKey
  const names = [mod && 'mod', other && (onApple ? 'ctrl' : 'meta'), press.altKey && 'alt']
  return names.filter((name) => name !== false)
}

const PLACES: Readonly<Record<string, string>> = { Period: '.', Comma: ',', Slash: '/', Backslash: '\\' }

const keyAt = (code: string): string | undefined => /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? PLACES[code]

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

/** What is pressed in a terminal to mean the chord: Ctrl+Shift+. for mod+. elsewhere than on a Mac. */
export const pressedInTerminal = (chord: string, onApple: boolean = apple): string =>
  onApple || !chord.startsWith('mod+') || chord.startsWith('mod+shift+')
    ? chord
    : chord.replace('mod+', 'mod+shift+')
