// The rows about what stays: the conversation, the tokens, the session after a crash, and the user's own settings.
import type { Tokens, Usage } from '@tutti/core'
import type { LedgerEntry } from '@tutti/rehearsal'
import type { Signal } from '../../../src/kit.ts'
import { until } from '../../deadline.ts'
import { openBeside, type Room } from '../room.ts'
import { expect, type Figures, type Row } from '../row.ts'

const transcript: Row = {
  name: 'transcript',
  says: 'words, a tool with its output and a change are entries, and live ones come as they are written',
  async run(room) {
    const write = room.driver.prompts?.write ?? '[[write: notes.md | one line]]'
    const since = await room.prompt(`[[say: hello *there*]] ${write} [[say: written]]`)
    const ask = await room.signals.asked(since)
    const allow = ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')?.key ?? ''
    await room.kit.answer(ask.ref, { kind: 'choose', choices: [[allow]] })
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    await room.signals.heard(
      (signal) => signal.type === 'entries' && JSON.stringify(signal.entries).includes('written'),
      since,
    )
    const entries = (await room.kit.entries()).filter(({ at }) => at >= since)
    const parts = entries.flatMap((entry) => entry.parts)
    expect(entries[0]?.role === 'person', 'the prompt is not the first entry')
    expect(
      parts.some((part) => part.type === 'text' && part.text === 'hello *there*'),
      'the words are missing',
    )
    expect(
      parts.some((part) => part.type === 'tool' && part.output !== null && !part.failed),
      'the tool has no output',
    )
    if (room.driver.showsDiffs)
      expect(
        parts.some((part) => part.type === 'diff' && part.diff.includes('+one line')),
        'the change is missing',
      )
    return { entries: entries.length }
  },
}

const tokens: Row = {
  name: 'tokens',
  says: 'the sums of tokens are exactly those of the model server',
  async run(room) {
    const since = await room.prompt('[[think: hm]] [[say: counted]]')
    await room.signals.reaches(['idle'], await room.answered(since))
    // The last call is written down a moment after its answer.
    await until(
      () => (same(reported(room), spent(room)) ? true : null),
      () => `told ${say(reported(room))}, the model counted ${say(spent(room))}`,
      5000,
    )
    const aside = room.ledger.entries.filter((entry) => room.isAside(entry)).length
    return {
      ...figures(spent(room)),
      calls: room.ledger.totals.complete - aside,
      ...(aside > 0 && { aside }),
    }
  },
}

/**
 * What the model has counted. A call that lost its client has no end: a program that had begun to write it down tells its
 * input, and one that had not tells nothing; both are right.
 */
function spent(room: Room): Tokens {
  const told = new Set(calls(room).map(({ id }) => id))
  const entries = room.ledger.entries.filter(
    (entry) =>
      !room.isAside(entry) &&
      (entry.outcome === 'complete' || (entry.outcome === 'cut' && told.has(entry.messageId))),
  )
  const sum = (pick: (entry: LedgerEntry) => number) =>
    entries.reduce((total, entry) => total + pick(entry), 0)
  return {
    input: sum(({ inputTokens, cachedTokens }) => inputTokens - cachedTokens),
    cacheRead: sum(({ cachedTokens }) => cachedTokens),
    cacheWrite: 0,
    output: sum(({ outputTokens }) => outputTokens),
  }
}

/** The calls that the kit has told of: one that comes again replaces the former. */
function calls(room: Room): Usage[] {
  const usages = room.signals.all().flatMap(({ signal }) => (signal.type === 'usage' ? [signal.usage] : []))
  return [...new Map(usages.map((usage) => [usage.id, usage])).values()]
}

function reported(room: Room): Tokens {
  const all = calls(room)
  const sum = (name: keyof Tokens) => all.reduce((total, call) => total + call.tokens[name], 0)
  return {
    input: sum('input'),
    cacheRead: sum('cacheRead'),
    cacheWrite: sum('cacheWrite'),
    output: sum('output'),
  }
}

const say = (counted: Tokens): string => JSON.stringify(counted)
const same = (left: Tokens, right: Tokens): boolean =>
  left.input === right.input &&
  left.cacheRead === right.cacheRead &&
  left.cacheWrite === right.cacheWrite &&
  left.output === right.output
const figures = ({ input, cacheRead, output }: Tokens): Figures => ({
  'tokens in': input,
  'tokens cached': cacheRead,
  'tokens out': output,
})

const crash: Row = {
  name: 'crash and resume',
  says: 'a killed program goes on with the same session, and its conversation is there',
  async run(room) {
    const first = await room.prompt('[[say: before the crash]]')
    await room.signals.reaches(['idle'], await room.answered(first))
    const before = room.session
    expect(before !== null, 'the session was never told')
    const count = (await room.kit.entries()).length
    await room.crash()
    const began = Date.now()
    await room.start(before)
    const ready = Date.now() - began
    expect(room.session === before, `the session is now ${room.session}`)
    expect((await room.kit.entries()).length >= count, 'the conversation is shorter than before')
    const since = await room.prompt('[[say: still here]]')
    await room.signals.reaches(['idle'], await room.answered(since))
    expect(room.session === before, `the session is now ${room.session}`)
    return { ready }
  },
}

const hibernate: Row = {
  name: 'hibernate and wake',
  says: 'a program that was put to sleep leaves nothing running, and wakes with the same session',
  async run(room) {
    const first = await room.prompt('[[say: before the sleep]]')
    await room.signals.reaches(['idle'], await room.answered(first))
    const before = room.session
    expect(before !== null, 'the session was never told')
    const killed = await room.hibernate()
    const began = Date.now()
    await room.start(before)
    const ready = Date.now() - began
    expect(room.session === before, `the session is now ${room.session}`)
    expect(JSON.stringify(await room.kit.entries()).includes('before the sleep'), 'the conversation is gone')
    const since = await room.prompt('[[say: awake]]')
    await room.signals.reaches(['idle'], await room.answered(since))
    expect(room.session === before, `the session is now ${room.session}`)
    return { ready, 'had to be killed': killed }
  },
}

const twoInOne: Row = {
  name: 'two agents in one folder',
  says: 'agents that share a folder never mix: neither states, nor asks, nor conversations',
  async run(room) {
    const other = await openBeside(room)
    try {
      const since = await room.prompt(
        `[[say: only mine]] ${room.driver.asksFor('touch mine.txt')} [[say: mine is done]]`,
      )
      const ask = await room.signals.asked(since)
      const allow = ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')?.key ?? ''
      await room.kit.answer(ask.ref, { kind: 'choose', choices: [[allow]] })
      const rested = await room.signals.reaches(['idle'], await room.answered(since, 2))
      const heard = other.signals.all().filter(({ at }) => at >= since && at <= rested)
      const strange = heard.filter(({ signal }) => !isOfRest(signal))
      expect(strange.length === 0, `the other one told ${JSON.stringify(strange[0]?.signal)}`)
      expect(other.session !== room.session, 'both have the same session')
      const next = await other.prompt('[[say: only theirs]]')
      await other.signals.reaches(['idle'], await room.answered(next))
      expect(!JSON.stringify(await room.kit.entries()).includes('only theirs'), 'a conversation was mixed')
      expect(!JSON.stringify(await other.kit.entries()).includes('only mine'), 'a conversation was mixed')
      return {}
    } finally {
      await other.close()
    }
  },
}

/** What a program may tell of itself that nobody has spoken to. */
const isOfRest = (signal: Signal): boolean =>
  signal.type === 'session' ||
  (signal.type === 'evidence' && ['idle', 'unknown'].includes(signal.evidence.state))

/** Comes last: the user's own settings as they were before the program began. */
export const UNTOUCHED: Row = {
  name: 'settings untouched',
  says: "the user's own settings are as they were",
  run(room) {
    const now = room.settings()
    expect(now === room.settingsBefore, `the settings were changed: ${room.settingsBefore} is now ${now}`)
    return Promise.resolve({})
  },
}

export const RECORD_ROWS: readonly Row[] = [transcript, tokens, twoInOne, hibernate, crash]
