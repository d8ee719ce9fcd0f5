// The life of one agent: its scenario, the prompts that come in between, interrupts, and the end.
import type { Clock } from './clock.ts'
import type { Performer } from './performer.ts'
import { promptSteps } from './prompt-steps.ts'
import type { Random } from './random.ts'
import type { Scenario, Step } from './scenarios/scene.ts'
import type { Stage } from './stage/stage.ts'
import { bannerLines, promptLines, remarkLines } from './stage/transcript.ts'

export type SessionDeps = {
  scenario: Scenario
  name: string
  stage: Stage
  perform: Performer
  clock: Clock
  random: Random
  speed: number
}

export type Session = {
  /** Plays until the scenario exits or the signal aborts; resolves with the exit code. */
  run(signal: AbortSignal): Promise<number>
  /** Stops what is being played; the agent then waits for a prompt. */
  interrupt(): void
}

// Long enough that "starting" is a state somebody can see.
const START_MS = 300

/** A session, not yet running. */
export function createSession({
  scenario,
  name,
  stage,
  perform,
  clock,
  random,
  speed,
}: SessionDeps): Session {
  const rest: Step[] = [restStep(scenario)]
  const scenes = scenesOf(scenario)
  let turn = new AbortController()
  let next: Step[] | undefined

  /** What comes next: a prompt before the scenario, and a rest after each prompt. */
  function take(): Step[] {
    const prompt = stage.takePrompt()
    if (prompt === undefined) {
      const steps = next ?? scenes.next().value ?? rest
      next = undefined
      return steps
    }
    stage.print(promptLines(prompt))
    next = rest
    return promptSteps(prompt, random, scenario.replies)
  }

  return {
    async run(signal) {
      stage.print(bannerLines(name, scenario.cwd))
      stage.show({ is: 'starting' })
      try {
        await clock.sleep(START_MS / speed, signal)
        for (;;) {
          turn = new AbortController()
          const code = await untilInterrupted(perform, take(), AbortSignal.any([signal, turn.signal]))
          if (typeof code === 'number') return code
          signal.throwIfAborted()
          if (!turn.signal.aborted) continue
          stage.print(remarkLines('Interrupted by you. What should be done instead?'))
          next = rest
        }
      } catch (error) {
        if (signal.aborted) return 0
        throw error
      }
    },
    interrupt: () => turn.abort(),
  }
}

async function untilInterrupted(
  perform: Performer,
  steps: Step[],
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return await perform(steps, signal)
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

function restStep({ patienceSeconds }: Scenario): Step {
  return { does: 'idle', ...(patienceSeconds !== undefined && { seconds: patienceSeconds }) }
}

function* scenesOf({ opening, loop }: Scenario): Generator<Step[], undefined> {
  if (opening.length > 0) yield opening
  while (loop.length > 0) yield* loop
}
