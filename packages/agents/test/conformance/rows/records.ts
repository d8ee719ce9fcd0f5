// The rows about what stays: the conversation, the tokens, the session after a crash, and the user's own settings.
import { type Tokens, type Usage } from '@tutti/core'
import type { Room } from '../room.ts'
import { expect, type Figures, type Row } from '../row.ts'

const transcript: Row = {
  name: 'transcript',
  says: 'words, a tool with its output and a change are entries, and live ones come as they are written',
  async run(room) {
    const since = await room.prompt('[[say: hello *there*]] [[write: notes.md | one line]] [[say: written]]')
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
    const expected = spent(room)
    // The last call is written down a moment after its answer.
    await room.signals
      .heard(() => same(reported(room), expected), 0, 5000)
      .catch(() => expect(false, `told ${say(reported(room))}, the model counted ${say(expected)}`))
    return { ...figures(expected), calls: room.ledger.totals.complete }
  },
}

function spent(room: Room): Tokens {
  const complete = room.ledger.entries.filter(({ outcome }) => outcome === 'complete')
  const sum = (pick: (entry: (typeof complete)[number]) => number) =>
    complete.reduce((total, entry) => total + pick(entry), 0)
  return {
    input: sum(({ inputTokens, cachedTokens }) => inputTokens - cachedTokens),
    cacheRead: sum(({ cachedTokens }) => cachedTokens),
    cacheWrite: 0,
    output: sum(({ outputTokens }) => outputTokens),
  }
}

/** What the kit has told: a call that comes again replaces the former. */
function reported(room: Room): Tokens {
  const calls = new Map<string, Usage>()
  for (const { signal } of room.signals.all())
    if (signal.type === 'usage') calls.set(signal.usage.id, signal.usage)
  const sum = (name: keyof Tokens) =>
    [...calls.values()].reduce((total, call) => total + call.tokens[name], 0)
  return {
    input: sum('input'),
    cacheRead: sum('cacheRead'),
    cacheWrite: sum('cacheWrite'),
    output: sum('output'),
  }
}

const say = (counted: Tokens): string => JSON.stringify(counted)
const same = (left: Tokens, right: Tokens): boolean =>
  left.input === right.input && left.cacheRead === right.cacheRead && left.output === right.output
const figures = ({ input, cacheRead, output }: Tokens): Figures => ({
  'tokens in': input,
  'tokens cached': cacheRead,
  'tokens out': output,
})

const crash: Row = {
  name: 'crash and resume',
  says: 'a killed program goes on with the same session, and its conversation is there',
  async run(room) {
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

/** The user's own settings as they were before the program began; compared at the end. */
export const untouched = (before: string): Row => ({
  name: 'settings untouched',
  says: "the user's own settings are as they were",
  async run(room) {
    expect(room.settings() === before, `the settings were changed: ${before} is now ${room.settings()}`)
    return {}
  },
})

export const RECORD_ROWS: readonly Row[] = [transcript, tokens, crash]
