// Whether a chord can be given to a command, and otherwise what stands in its way.
import { commands, keysOf, mayShareKeys, type CommandId, type Rebinding } from '../../keys/commands.ts'

export type Conflict =
  /** Another command has the very same keys. */
  | { kind: 'taken'; by: CommandId }
  /** It is the first key of another command's two, which would then never be heard. */
  | { kind: 'hides'; other: CommandId }
  /** Its own first key belongs to another command, so the second would never be waited for. */
  | { kind: 'hidden'; by: CommandId }

export function chordConflict(chord: string, id: CommandId, rebound: Rebinding): Conflict | null {
  const own = commands.find((one) => one.id === id)
  const others = commands
    .filter((one) => one.id !== id && !(own && mayShareKeys(own, one)))
    .map((one) => ({ id: one.id, keys: keysOf(one.id, rebound) }))
    .filter(({ keys }) => keys !== '')
  if (RECENT.test(chord)) return { kind: 'taken', by: 'recent' }
  const same = others.find(({ keys }) => keys === chord)
  if (same) return { kind: 'taken', by: same.id }
  const longer = others.find(({ keys }) => keys.startsWith(`${chord} `))
  if (longer) return { kind: 'hides', other: longer.id }
  const [first, second] = chord.split(' ')
  const shorter = second === undefined ? undefined : others.find(({ keys }) => keys === first)
  return shorter ? { kind: 'hidden', by: shorter.id } : null
}

// One command, nine chords: it stays where it is.
const RECENT = /^mod\+[1-9]$/
export const isFixed = (id: CommandId): boolean => id === 'recent'

/** Only what differs from the table is kept, so that a later change of the table reaches everybody else. */
export function rebind(rebound: Rebinding, id: CommandId, chord: string): Record<string, string> {
  const { [id]: _before, ...others } = rebound
  const usual = commands.find((one) => one.id === id)?.keys
  return chord === usual ? others : { ...others, [id]: chord }
}

/** Bare keys may be followed by a second one; held ones and named ones stand alone. */
export const mayBeFollowed = (chord: string): boolean => chord.length === 1
