// What every step of a scenario is played with: time at the agent's own pace, the working line, the transcript, a rest.
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { Line } from '../terminal/line.ts'
import { line } from '../terminal/line.ts'
import { countTokens } from '../tokens.ts'
import type { Stage } from './stage.ts'
import { replyLine } from './transcript.ts'

export type HandDeps = {
  stage: Stage
  clock: Clock
  random: Random
  /** 2 plays twice as fast. */
  speed: number
  /** "ask" shows every approval, "all" takes each as given. */
  trust: 'ask' | 'all'
}

export type Hand = HandDeps & {
  /** Kinds that were allowed for good. */
  allowed: Set<string>
  /** About so many seconds. */
  pause(seconds: number, signal: AbortSignal): Promise<void>
  /** Shows that work goes on; the clock of the line starts anew when the verb changes. */
  work(verb: string, partial?: string): void
  print(lines: Line[]): void
}

// About 200 characters a second, in pieces that are seen coming.
const PIECE = 14
const PIECE_MS = 70

/** A hand for one agent. */
export function createHand(deps: HandDeps): Hand {
  const { stage, clock, random, speed } = deps
  let working = { verb: '', sinceMs: 0 }
  return {
    ...deps,
    allowed: new Set(),
    pause: (seconds, signal) => clock.sleep(Math.round((random.around(seconds, 0.3) * 1000) / speed), signal),
    work(verb, partial) {
      if (working.verb !== verb) working = { verb, sinceMs: clock.now() }
      stage.show({ is: 'working', ...working, ...(partial !== undefined && { partial }) })
    },
    print(lines) {
      for (const { spans } of lines) stage.spend(countTokens(spans.map(({ text }) => text).join('')))
      stage.print(lines)
    },
  }
}

/** Writes a reply paragraph by paragraph, as a model streams it. */
export async function stream(text: string, hand: Hand, signal: AbortSignal): Promise<void> {
  hand.print([line('')])
  for (const [index, paragraph] of text.split('\n').entries()) {
    const whole = (index === 0 ? '● ' : '  ') + paragraph
    const chars = Array.from(whole)
    for (let at = PIECE; at < chars.length; at += PIECE) {
      hand.work('Writing', chars.slice(0, at).join(''))
      await hand.clock.sleep(PIECE_MS / hand.speed, signal)
    }
    hand.work('Writing')
    hand.print([replyLine(whole)])
  }
}

/** Waits for a prompt, or for about the given seconds if there are any. */
export async function rest(seconds: number | undefined, hand: Hand, signal: AbortSignal): Promise<void> {
  const done = new AbortController()
  const either = AbortSignal.any([signal, done.signal])
  const waits = [hand.stage.prompted(either)]
  if (seconds !== undefined) waits.push(hand.pause(seconds, either))
  try {
    await Promise.race(waits)
  } finally {
    done.abort()
    await Promise.allSettled(waits)
  }
}
