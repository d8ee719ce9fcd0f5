// Whether a program has taken words that were typed: its own word for it counts, and words of which it tells nothing are lost in the end.
import type { KitMachine } from './kit.ts'

/** Words of ours that nobody has seen being taken. */
export interface Open {
  words: string
  /** How often they stood on the screen before they were typed: once more means that the program shows them as said or kept. */
  shownBefore: number
  /** When Enter was pressed after them; null before. */
  enteredAt: number | null
  /** Taken only when the program tells so. */
  mustBeTold: boolean
}

export interface ProofDeps {
  machine: Pick<KitMachine, 'clock' | 'log'>
  /** Whether the program has told by its hooks or its transcript that it took these words since then; null where it tells of none. */
  tookSince(words: string, since: number): boolean | null
}

export interface ProofOfTaking {
  /** The program has told that it took them. */
  isTold(open: Open): boolean
  /**
   * Their prompt is empty: waits for the program's word where it has one, and says whether they count as taken. `shown` counts
   * how often they stand on the screen.
   */
  settled(open: Open, shown: () => Promise<number>): Promise<boolean>
  /** They are in no prompt, and the program would have told of them; `lost` once it had time to. */
  missing(open: Open): 'no' | 'waiting' | 'lost'
  /** Words that are given up, to be typed again. */
  giveUp(): void
  /** Words were taken: the next ones may be lost as often again. */
  renew(): void
}

// A hook or a transcript tells of words within a second; on a machine that has no time for it, within many.
const TOLD_MS = 8000
// Its screen is the second best witness: a program may lose its transcript, and shows what was said all the same.
const SHOWN_MS = 1500
const SHOWN_LOOK_MS = 500
const LOST_MS = 20_000
const LOOK_MS = 40
// A program that tells nothing after all must not be typed at for ever.
const MOST_LOSSES = 2

export function createProof({ machine, tookSince }: ProofDeps): ProofOfTaking {
  const { clock } = machine
  let losses = 0

  const wordOf = ({ words, enteredAt, mustBeTold }: Open): boolean | null =>
    mustBeTold && enteredAt !== null && losses < MOST_LOSSES ? tookSince(words, enteredAt) : null
  const isTold = ({ words, enteredAt, mustBeTold }: Open): boolean =>
    mustBeTold && enteredAt !== null && tookSince(words, enteredAt) === true

  return {
    isTold,
    async settled(open, shown) {
      const since = clock.now()
      let lookAt = since + SHOWN_MS
      while (wordOf(open) === false) {
        const now = clock.now()
        if (now >= lookAt && (await shown()) > open.shownBefore) return true
        if (now >= lookAt) lookAt = now + SHOWN_LOOK_MS
        if (now - since > TOLD_MS) return false
        await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
      }
      return true
    },
    missing(open) {
      if (open.enteredAt === null || wordOf(open) !== false) return 'no'
      return clock.now() - open.enteredAt < LOST_MS ? 'waiting' : 'lost'
    },
    giveUp() {
      losses += 1
      machine.log('typing.lost', { losses })
    },
    renew() {
      losses = 0
    },
  }
}
