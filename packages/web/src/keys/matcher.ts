// Finds the command of the keys that were pressed, also over two presses ("g a").

const SEQUENCE_MS = 1200 // time to find the second key

export interface Binding {
  id: string
  chord: string
}

export type Match = { id: string } | 'more' | null

/** A matcher over bindings that may change; `now` is the clock in ms. */
export function createMatcher(bindings: () => readonly Binding[], now: () => number) {
  let first = ''
  let since = 0
  return (chord: string): Match => {
    const prefix = first && now() - since < SEQUENCE_MS ? `${first} ` : ''
    first = ''
    const all = bindings()
    const found = all.find((one) => one.chord === prefix + chord) ?? all.find((one) => one.chord === chord)
    if (found) return { id: found.id }
    if (!all.some((one) => one.chord.startsWith(`${chord} `))) return null
    first = chord
    since = now()
    return 'more'
  }
}
