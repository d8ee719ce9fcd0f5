// Knows when Gemini CLI takes words: seconds after it has drawn a prompt and called itself ready.
import type { Evidence } from '@tutti/core'
import type { KitMachine } from '../kit.ts'
import { hasBegun } from './screen.ts'

interface Deps {
  machine: Pick<KitMachine, 'clock' | 'terminal' | 'log'>
  /** Whether its conversation has begun before this start. */
  goesOn(): Promise<boolean>
  /** It takes words from now on. */
  begun(): void
}

export interface Beginning {
  /** What its title says, but "starting" as long as it only calls itself ready. */
  judged(evidence: Evidence): Evidence
  close(): void
}

const LOOK_MS = 150
// A screen that does not show it as expected must not keep it from work for ever.
const LONGEST_MS = 15_000

export function createBeginning({ machine, goesOn, begun }: Deps): Beginning {
  const { clock, terminal } = machine
  let isOver = false
  let isLooking = false
  let cancel = (): void => {}

  async function look(since: number): Promise<void> {
    const screen = await terminal.screen().catch(() => '')
    const isThere = hasBegun(screen, { goesOn: await goesOn() })
    if (isOver) return
    if (!isThere && clock.now() - since < LONGEST_MS) {
      cancel = clock.after(LOOK_MS, () => looked(since))
      return
    }
    isOver = true
    begun()
  }

  const looked = (since: number): void => {
    look(since).catch((error: unknown) => machine.log('gemini.not-seen', { problem: String(error) }))
  }

  return {
    judged(evidence) {
      if (isOver || evidence.state === 'unknown') return evidence
      if (evidence.state !== 'idle') {
        isOver = true
        return evidence
      }
      if (!isLooking) looked(evidence.at)
      isLooking = true
      return { ...evidence, state: 'starting', why: 'Gemini CLI takes no words yet.' }
    },
    close() {
      isOver = true
      cancel()
    },
  }
}
