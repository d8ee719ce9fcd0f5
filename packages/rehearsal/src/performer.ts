// Plays the steps of a scenario, until they end or somebody interrupts.
import type { Approval, Step } from './scenarios/scene.ts'
import { createHand, rest, stream, type Hand, type HandDeps } from './stage/hand.ts'
import { editLines, errorLines, planLines, remarkLines, thoughtLines, toolLines } from './stage/transcript.ts'
import { line } from './terminal/line.ts'

/** Plays steps to their end and resolves with an exit code if one of them ends the program; rejects when the signal aborts. */
export type Performer = (steps: Step[], signal: AbortSignal) => Promise<number | undefined>

type Kind<D extends Step['does']> = Extract<Step, { does: D }>
type Player<D extends Step['does']> = (
  step: Kind<D>,
  hand: Hand,
  signal: AbortSignal,
) => Promise<number | undefined>

const VERBS = ['Thinking', 'Reading', 'Considering', 'Weighing', 'Tracing', 'Sorting'] as const

/** A performer that remembers what it was allowed for good. */
export function createPerformer(deps: HandDeps): Performer {
  const hand = createHand(deps)
  return (steps, signal) => play(steps, hand, signal)
}

async function play(steps: Step[], hand: Hand, signal: AbortSignal): Promise<number | undefined> {
  for (const step of steps) {
    signal.throwIfAborted()
    const code = await playerFor(step.does)(step, hand, signal)
    if (code !== undefined) return code
  }
  return undefined
}

const PLAYERS: { [D in Step['does']]: Player<D> } = {
  async think({ seconds, about }, hand, signal) {
    hand.work(hand.random.pick(VERBS))
    await hand.pause(seconds, signal)
    if (about) hand.print(thoughtLines(about))
    return undefined
  },
  async say({ text }, hand, signal) {
    await stream(text, hand, signal)
    return undefined
  },
  async tool(step, hand, signal) {
    hand.work(`Running ${step.name}`, `● ${step.name}(${step.input})`)
    await hand.pause(step.seconds ?? 1.5, signal)
    hand.print(toolLines(step))
    return undefined
  },
  async edit(step, hand, signal) {
    hand.work('Editing', `● Update(${step.path})`)
    await hand.pause(1.2, signal)
    hand.print(editLines(step))
    return undefined
  },
  async plan(step, hand, signal) {
    hand.work('Planning')
    await hand.pause(0.8, signal)
    hand.print(planLines(step))
    return undefined
  },
  async approve({ request, approved, denied }, hand, signal) {
    const yes = await isApproved(request, hand, signal)
    hand.work(yes ? 'Continuing' : 'Stopping')
    if (!yes) hand.print([...errorLines(request.command, []), ...remarkLines('Denied by you')])
    return play(yes ? approved : denied, hand, signal)
  },
  async ask({ question, choices, answered }, hand, signal) {
    const dialog = { is: 'question', question, choices, selected: 0, typing: false } as const
    const choice = await hand.stage.choose(dialog, signal)
    const words = 'words' in choice ? choice.words : (choices[choice.option] ?? '')
    hand.work('Continuing')
    hand.print([line(''), line(`● ${question}`, 'plain', 2), ...remarkLines(`You answered: ${words}`)])
    return play(answered, hand, signal)
  },
  async idle({ seconds }, hand, signal) {
    hand.stage.show({ is: 'idle' })
    await rest(seconds, hand, signal)
    return undefined
  },
  async limit({ seconds, message }, hand, signal) {
    const waitMs = (seconds * 1000) / hand.speed
    hand.stage.show({ is: 'limited', message, untilMs: hand.clock.now() + waitMs })
    await hand.clock.sleep(waitMs, signal)
    hand.work('Trying again')
    return undefined
  },
  async fail({ message, detail, seconds }, hand, signal) {
    hand.print(errorLines(message, detail))
    hand.stage.show({ is: 'failed', message })
    await rest(seconds, hand, signal)
    return undefined
  },
  exit: ({ code }) => Promise.resolve(code),
  'one-of': ({ scenes }, hand, signal) => play(hand.random.pick(scenes), hand, signal),
}

async function isApproved(request: Approval, hand: Hand, signal: AbortSignal): Promise<boolean> {
  if (hand.trust === 'all' || hand.allowed.has(request.kind)) return true
  const choice = await hand.stage.choose({ is: 'approval', request, selected: 0 }, signal)
  const option = 'option' in choice ? choice.option : 2
  if (option === 1) hand.allowed.add(request.kind)
  return option < 2
}

function playerFor(does: Step['does']): Player<Step['does']> {
  // A step is always handed to the player of its own name, which the compiler cannot follow through a union.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return PLAYERS[does] as Player<Step['does']>
}
