// The rows about what an agent asks: approvals and questions, answered through Tutti and at the keyboard.
import type { Ask } from '@tutti/core'
import { until } from '../../deadline.ts'
import type { Room } from '../room.ts'
import { PATIENCE_MS } from '../signals.ts'
import { AT_REST, expect, lag, STALE_MS, STATE_MS, type Figures, type Row } from '../row.ts'

const over = (ref: string) => (signal: { type: string; ref?: string }) =>
  signal.type === 'ask-over' && signal.ref === ref
const consumed = (ref: string) => (signal: { type: string; ref?: string }) =>
  signal.type === 'ask-consumed' && signal.ref === ref

/** Makes the program ask for approval of a command, and waits until its dialog is there and the ask was told. */
async function approval(room: Room, command: string): Promise<{ ask: Ask; since: number; figures: Figures }> {
  const since = await room.prompt(`${room.driver.asksFor(command)} [[say: the end]]`)
  const shown = await room.shows(room.driver.dialog)
  const told = await room.signals.reaches(['waiting-approval'], since)
  const ask = await room.signals.asked(since)
  expect(ask.kind === 'approval', `the ask is of the kind ${ask.kind}`)
  expect(
    JSON.stringify([ask.title, ask.input]).includes(command),
    `the ask does not name "${command}": ${ask.title}`,
  )
  return { ask, since, figures: { approval: lag(shown, told, { ms: STATE_MS, of: '"waiting-approval"' }) } }
}

const effect = (ask: Ask, wanted: 'allow' | 'allow-always' | 'deny'): string => {
  const choice = ask.questions[0]?.choices.find((one) => one.effect === wanted)
  expect(choice !== undefined, `the ask offers nothing that means ${wanted}`)
  return choice?.key ?? ''
}

const approve: Row = {
  name: 'approve',
  says: 'an approval through Tutti is taken while the dialog is on the screen',
  async run(room) {
    const { ask, since, figures } = await approval(room, 'touch approved.txt')
    const given = Date.now()
    await room.kit.answer(ask.ref, { kind: 'choose', choices: [[effect(ask, 'allow')]] })
    const made = await room.makes('approved.txt')
    const taken = await room.signals.heard(consumed(ask.ref), given)
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    return { ...figures, taken: made - given, consumed: taken - given }
  },
}

const deny: Row = {
  name: 'deny with a reason',
  says: 'the agent sees why it may not',
  async run(room) {
    const { ask, since, figures } = await approval(room, 'touch denied.txt')
    const reason = 'Use the folder called build, please.'
    const given = Date.now()
    await room.kit.answer(ask.ref, { kind: 'deny', reason })
    await room.signals.heard(consumed(ask.ref), given)
    await room.signals.reaches(AT_REST, await sees(room, since, reason))
    return figures
  },
}

/** When the agent has seen these words: as the answer of its tool, or as words of the person. */
async function sees(room: Room, since: number, words: string): Promise<number> {
  await until(
    async () => {
      if (room.requests(since).some(({ prompt }) => prompt.includes(words))) return true
      return (await lastOutput(room)).includes(words) || null
    },
    async () => `The agent was told: ${await lastOutput(room)}`,
    PATIENCE_MS,
  )
  return room.answered(since, 2)
}

/** What the last tool has told the agent; waits until it is written down and fits. */
const toldBy = (room: Room, fits: (output: string) => boolean): Promise<string> =>
  until(
    async () => {
      const output = await lastOutput(room)
      return fits(output) ? output : null
    },
    async () => `The agent was told: ${await lastOutput(room)}`,
    PATIENCE_MS,
  )

async function lastOutput(room: Room): Promise<string> {
  const parts = (await room.kit.entries()).flatMap((entry) => entry.parts)
  return parts.findLast((part) => part.type === 'tool')?.output ?? ''
}

const keyboard: Row = {
  name: 'keyboard first',
  says: 'an approval at the keyboard makes the ask stale within 2 s, and a late answer is refused',
  async run(room) {
    const { ask, since, figures } = await approval(room, 'touch keyed.txt')
    const pressed = await room.pressIn(room.driver.dialog, room.driver.keys.allow)
    const stale = await room.signals.heard(over(ask.ref), pressed)
    await room.makes('keyed.txt')
    const late = await room.kit.answer(ask.ref, { kind: 'deny', reason: 'late' }).then(
      () => 'taken',
      () => 'refused',
    )
    expect(late === 'refused', 'a late answer was taken')
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    return { ...figures, stale: lag(pressed, stale, { ms: STALE_MS, of: 'the end of the ask' }) }
  },
}

const escape: Row = {
  name: 'Esc in the dialog',
  says: 'a dialog that is closed with Esc makes the ask stale within 2 s',
  async run(room) {
    const { ask, figures } = await approval(room, 'touch escaped.txt')
    const pressed = await room.pressIn(room.driver.dialog, room.driver.keys.dismiss)
    const stale = await room.signals.heard(over(ask.ref), pressed)
    const rested = await room.signals.reaches(AT_REST, pressed)
    return {
      ...figures,
      stale: lag(pressed, stale, { ms: STALE_MS, of: 'the end of the ask' }),
      rest: lag(pressed, rested, { ms: 1500, of: 'the end of the turn' }),
    }
  },
}

async function question(room: Room): Promise<{ ask: Ask; since: number; figures: Figures }> {
  const since = await room.prompt('[[ask: Which color? | Blue | Red]] [[say: the end]]')
  const shown = await room.shows(room.driver.picker)
  const told = await room.signals.reaches(['waiting-answer'], since)
  const ask = await room.signals.asked(since)
  expect(ask.kind === 'question', `the ask is of the kind ${ask.kind}`)
  expect(ask.questions[0]?.text.includes('Which color?') === true, 'the ask does not hold the question')
  return { ask, since, figures: { question: lag(shown, told, { ms: STATE_MS, of: '"waiting-answer"' }) } }
}

const answer: Row = {
  name: 'question',
  says: 'a question is answered by its choice, and the agent gets that answer',
  async run(room) {
    const { ask, since, figures } = await question(room)
    const key = ask.questions[0]?.choices.find(({ label }) => label === 'Red')?.key ?? ''
    const given = Date.now()
    await room.kit.answer(ask.ref, { kind: 'choose', choices: [[key]] })
    await room.signals.heard(consumed(ask.ref), given)
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    const output = await toldBy(room, (text) => text.includes('Red'))
    expect(!output.includes('Blue'), `the agent got: ${output}`)
    return figures
  },
}

const questionByKeyboard: Row = {
  name: 'question, keyboard first',
  says: 'a question that is answered at the keyboard makes the ask stale within 2 s',
  async run(room) {
    const { ask, since, figures } = await question(room)
    const pressed = await room.pressIn(room.driver.picker, room.driver.keys.answer)
    const stale = await room.signals.heard(over(ask.ref), pressed)
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    return { ...figures, stale: lag(pressed, stale, { ms: STALE_MS, of: 'the end of the ask' }) }
  },
}

async function nextAsk(room: Room, ask: Ask): Promise<Ask> {
  const given = Date.now()
  await room.kit.answer(ask.ref, { kind: 'choose', choices: [[effect(ask, 'allow')]] })
  return room.signals.asked(given)
}

const subAgent: Row = {
  name: 'approval of a sub-agent',
  says: 'what a sub-agent asks says whose it is, and our answer is taken',
  async run(room) {
    const since = await room.prompt(
      room.driver.prompts?.subAgentAsks ??
        '[[tool: Agent | {"description":"asker","prompt":"{{sh: touch sub.txt}} {{say: sub done}}","subagent_type":"general-purpose","run_in_background":true} ]] [[say: main done]]',
    )
    const shown = await room.shows(room.driver.dialog)
    const told = await room.signals.reaches(['waiting-approval'], since)
    const first = await room.signals.asked(since)
    // Some ask before they begin a sub-agent at all; that is the main agent's own.
    const ask = first.onBehalfOf === null ? await nextAsk(room, first) : first
    expect(ask.onBehalfOf !== null, 'the ask does not say whose it is')
    await room.kit.answer(ask.ref, { kind: 'choose', choices: [[effect(ask, 'allow')]] })
    await room.makes('sub.txt')
    await room.signals.heard(consumed(ask.ref), since)
    // Two calls of the main agent, two of its helper, and one more where it is told of the end.
    await room.signals.reaches(['idle'], await room.answered(since, room.driver.reportsSubAgents ? 5 : 4))
    return { approval: lag(shown, told, { ms: STATE_MS, of: '"waiting-approval"' }) }
  },
}

const daemonGone: Row = {
  name: 'daemon gone, dialog answered at the keyboard',
  says: 'the dialog works while the daemon is down, and afterwards nothing is asked',
  async run(room) {
    const { since, figures } = await approval(room, 'touch alone.txt')
    room.leave()
    await room.shows(room.driver.dialog)
    await room.pressIn(room.driver.dialog, room.driver.keys.allow)
    await room.makes('alone.txt')
    await room.answered(since, 2)
    const back = Date.now()
    room.comeBack()
    await room.signals.reaches(['idle'], back)
    const asked = room.signals.all().filter(({ signal, at }) => at >= back && signal.type === 'ask')
    expect(asked.length === 0, 'an ask was told that nobody waits for')
    return figures
  },
}

const daemonBack: Row = {
  name: 'daemon back while the dialog is open',
  says: 'a daemon that comes back finds the ask, and its answer is taken',
  async run(room) {
    const { since, figures } = await approval(room, 'touch again.txt')
    room.leave()
    await room.shows(room.driver.dialog)
    const back = Date.now()
    room.comeBack()
    const told = await room.signals.reaches(['waiting-approval'], back)
    const ask = await room.signals.asked(back)
    expect(JSON.stringify([ask.title, ask.input]).includes('again.txt'), `the ask is about ${ask.title}`)
    await room.kit.answer(ask.ref, { kind: 'choose', choices: [[effect(ask, 'allow')]] })
    await room.makes('again.txt')
    await room.signals.heard(consumed(ask.ref), back)
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    return { ...figures, 'told again': told - back }
  },
}

export const ASK_ROWS: readonly Row[] = [
  approve,
  deny,
  keyboard,
  escape,
  answer,
  questionByKeyboard,
  subAgent,
  daemonGone,
  daemonBack,
]
