// What a step says waits until the step is on disk, and until everything before it was said.
import type { MeshOutput } from '@tutti/core/mesh'
import type { Quietly } from '../quiet-work.ts'

export interface Saying {
  /** Says the outputs when `done` has resolved and all before them are said; `null` for a step that changed nothing. */
  add(outputs: readonly MeshOutput[], done: Promise<void> | null): void
  /** Resolves when every step so far is on disk, or was refused by it. */
  settled(): Promise<void>
  /** Nothing that waits is ever said: the process has crashed, as far as others can tell. */
  drop(): void
}

interface Waiting {
  readonly outputs: readonly MeshOutput[]
  readonly done: Promise<void> | null
  isDone: boolean
}

export function createSaying(deps: {
  say(outputs: readonly MeshOutput[]): void
  /** The disk has refused a step. */
  refused(error: unknown): void
  quietly: Quietly
}): Saying {
  let waiting: Waiting[] = []
  let isReleasing = false

  const release = (): void => {
    // What is said may make another step, whose outputs come after these.
    if (isReleasing) return
    isReleasing = true
    try {
      while (waiting[0]?.isDone === true) {
        const [first] = waiting.splice(0, 1)
        if (first) deps.say(first.outputs)
      }
    } finally {
      isReleasing = false
    }
  }

  const follow = async (one: Waiting, done: Promise<void>): Promise<void> => {
    try {
      await done
    } catch (error) {
      const at = waiting.indexOf(one)
      if (at === -1) return
      // Never said, and nobody waits for it any more.
      waiting.splice(at, 1)
      deps.refused(error)
      return
    }
    one.isDone = true
    release()
  }

  return {
    add(outputs, done) {
      const one: Waiting = { outputs, done, isDone: done === null }
      waiting.push(one)
      if (done) deps.quietly(follow(one, done))
      else release()
    },
    async settled() {
      const last = () => waiting.findLast(({ done }) => done !== null)?.done ?? null
      for (let done = last(); done; done = last()) await done.catch(() => undefined) // `refused` has told
    },
    drop() {
      waiting = []
    },
  }
}
