// The rows about states that nobody has to answer: work, rest, interrupts, background work and failures of the service.
import { until } from '../../deadline.ts'
import { AT_REST, expect, lag, STATE_MS, type Row } from '../row.ts'

const working: Row = {
  name: 'working',
  says: 'work and rest are told within a second',
  async run(room) {
    const since = await room.prompt('[[sleep: 2500]] [[say: rested]]')
    const began = await room.signals.reaches(['working'], since)
    const shown = await room.shows(/\[\[sleep: 2500\]\]/)
    const ended = await room.answered(since)
    const rested = await room.signals.reaches(['idle'], ended)
    return {
      working: lag(shown, began, { ms: STATE_MS, of: '"working"' }),
      idle: lag(ended, rested, { ms: STATE_MS, of: '"idle"' }),
    }
  },
}

const interrupt: Row = {
  name: 'interrupt',
  says: 'Esc at the keyboard ends the turn, and the state with it',
  async run(room) {
    const since = await room.prompt('[[say: a beginning]] [[sleep: 20000]] [[say: never]]')
    await room.signals.reaches(['working'], since)
    await room.shows(room.driver.said('a beginning'))
    const pressed = await room.press(room.driver.keys.interrupt)
    const told = await room.signals.reaches(AT_REST, pressed)
    return { esc: lag(pressed, told, { ms: 1500, of: 'the end of the turn' }) }
  },
}

const interruptByUs: Row = {
  name: 'interrupt through Tutti',
  says: 'an interrupt from elsewhere ends the turn, and the next prompt is taken',
  async run(room) {
    const since = await room.prompt('[[sleep: 20000]] [[say: never]]')
    await room.signals.reaches(['working'], since)
    await room.shows(/\[\[sleep: 20000\]\]/)
    const pressed = Date.now()
    await room.kit.interrupt()
    const told = await room.signals.reaches(AT_REST, pressed)
    const interrupted = room.requests(since).every(({ outcome }) => outcome === 'cut')
    expect(interrupted, 'the request was not cut off')
    const next = await room.prompt('[[say: after the interrupt]]')
    await room.shows(room.driver.said('after the interrupt'))
    await room.signals.reaches(['idle'], next)
    return { interrupt: lag(pressed, told, { ms: 3000, of: 'the end of the turn' }) }
  },
}

const background: Row = {
  name: 'background command',
  says: 'a command that runs on after the turn is background work, and then rest',
  async run(room) {
    const since = await room.prompt(
      room.driver.prompts?.background ??
        '[[tool: Bash | {"command":"sleep 4","run_in_background":true} ]] [[say: started]]',
    )
    const ended = await room.answered(since, 2)
    const told = await room.signals.reaches(['background'], ended)
    const rested = await room.signals.reaches(['idle'], told)
    return {
      background: lag(ended, told, { ms: STATE_MS, of: '"background"' }),
      'ran for': rested - told,
    }
  },
}

const subAgent: Row = {
  name: 'sub-agent after Stop',
  says: 'a turn that ends while a sub-agent works is not rest',
  async run(room) {
    const since = await room.prompt(
      room.driver.prompts?.subAgent ??
        '[[tool: Agent | {"description":"count","prompt":"{{sleep: 3000}} {{say: counted}}","subagent_type":"general-purpose","run_in_background":true} ]] [[say: main done]]',
    )
    await room.shows(room.driver.said('main done'))
    const stopped = Date.now()
    const finished = await until(
      () =>
        room.ledger.entries.find(({ at, prompt }) => at >= since && prompt.startsWith('{{sleep'))?.at ?? null,
      () => 'The sub-agent did not end',
    )
    expect(finished - stopped > 1000, 'the sub-agent ended too early to tell')
    // The main agent is told of the end, in a turn of its own.
    const last = room.driver.reportsSubAgents ? await room.answered(since, 4) : finished
    const rested = await room.signals.reaches(['idle'], last)
    const meanwhile = room.signals.between(stopped, last)
    expect(!meanwhile.includes('idle'), `while it was at work the states were ${meanwhile.join(', ')}`)
    return { idle: lag(last, rested, { ms: STATE_MS, of: '"idle"' }) }
  },
}

const refused: Row = {
  name: 'API 400',
  says: 'a request that the service refuses for good is a failure',
  async run(room) {
    const since = await room.prompt('[[status: 400x99]]')
    const told = await room.signals.reaches(['failed'], since)
    const last = room.requests(since).at(-1)?.at ?? since
    const figure = lag(last, told, { ms: STATE_MS, of: '"failed"' })
    const next = await room.prompt('[[say: well again]]')
    await room.signals.reaches(['idle'], next)
    return { failed: figure }
  },
}

const retried = (code: number): Row => ({
  name: `API ${code}`,
  says: 'a request that the service refuses for now is rate-limited until it goes through',
  async run(room) {
    const silent = code >= 500 ? (room.driver.silentTries ?? 0) : 0
    const since = await room.prompt(`[[status: ${code}x${silent + 2} | 2]] [[say: through]]`)
    const refusedAt = await room.answered(since, silent + 1)
    const told = await room.signals.reaches(['rate-limited'], refusedAt)
    const through = await room.answered(since, silent + 3)
    const rested = await room.signals.reaches(['idle'], through)
    return {
      'rate-limited': lag(refusedAt, told, { ms: STATE_MS, of: '"rate-limited"' }),
      idle: lag(through, rested, { ms: STATE_MS, of: '"idle"' }),
      ...(silent > 0 && { 'tries that nobody is told of': silent }),
    }
  },
})

export const STATUS_ROWS: readonly Row[] = [
  working,
  interrupt,
  interruptByUs,
  background,
  subAgent,
  refused,
  retried(429),
  retried(529),
]
