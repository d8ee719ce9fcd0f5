// The rows about words that Tutti gives: while the program works, over many lines, and a notice that must do no harm.
import { until } from '../../deadline.ts'
import type { Room } from '../room.ts'
import { expect, type Row } from '../row.ts'

/** Whether a person's words stand in the conversation, whole. */
const isWritten = (room: Room, text: string): Promise<boolean> =>
  until(
    async () => {
      const parts = (await room.kit.entries())
        .filter(({ role }) => role === 'person')
        .flatMap((entry) => entry.parts)
      return parts.some((part) => part.type === 'text' && part.text.trim() === text) ? true : null
    },
    () => 'The words are not in the conversation as they were given',
    8000,
  )

const whileBusy: Row = {
  name: 'words while it works',
  says: 'words that are given during a turn are not lost',
  async run(room) {
    const since = await room.prompt('[[sleep: 3000]] [[say: first]]')
    await room.signals.reaches(['working'], since)
    await room.kit.prompt('[[say: second]]')
    await room.shows(room.driver.said('second'))
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    return {}
  },
}

const manyLines: Row = {
  name: 'words over many lines',
  says: 'a long text with many lines is one prompt, and arrives as it was given',
  async run(room) {
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}: füür & "quotes" \\ $HOME 🎻`)
    const text = ['[[say: all read]]', ...lines].join('\n')
    const since = await room.prompt(text)
    await room.signals.reaches(['idle'], await room.answered(since))
    expect(await isWritten(room, text), 'the words differ')
    expect(room.requests(since).length === 1, `it was ${room.requests(since).length} prompts`)
    return { characters: text.length }
  },
}

const noShell: Row = {
  name: 'words that look like a command',
  says: 'words that begin with "!" are words, and run nothing',
  async run(room) {
    const since = await room.prompt('!touch ran.txt [[say: only words]]')
    await room.signals.reaches(['idle'], await room.answered(since))
    await room.shows(room.driver.said('only words'))
    expect(!room.has('ran.txt'), 'the words were run by a shell')
    return {}
  },
}

const notice: Row = {
  name: 'notice',
  says: 'a notice is taken at rest and during work, and refused while a dialog is open',
  async run(room) {
    const first = Date.now()
    expect(await room.kit.notice('[[say: noticed at rest]]'), 'the notice was refused at rest')
    await room.shows(room.driver.said('noticed at rest'))
    await room.signals.reaches(['idle'], await room.answered(first))
    const since = await room.prompt(`${room.driver.asksFor('touch noticed.txt')} [[say: the end]]`)
    const ask = await room.signals.asked(since)
    await room.shows(room.driver.dialog)
    expect(!(await room.kit.notice('[[say: harm]]')), 'the notice was taken under a dialog')
    const allow = ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')?.key ?? ''
    await room.kit.answer(ask.ref, { kind: 'choose', choices: [[allow]] })
    await room.makes('noticed.txt')
    await room.signals.reaches(['idle'], await room.answered(since, 2))
    return {}
  },
}

export const WORD_ROWS: readonly Row[] = [whileBusy, manyLines, noShell, notice]
