// What stands in Gemini CLI's prompt, read off its screen.
import { expect, test } from 'vitest'
import { hasBegun, promptOn } from './screen.ts'

const box = (...lines: string[]) =>
  ['● an answer', ` ${'▄'.repeat(60)}`, ...lines, ` ${'▀'.repeat(60)}`, ' workspace (/directory)'].join('\n')

test('an empty prompt, words in it, and words over several lines are told apart', () => {
  expect(promptOn(box(' >   Type your message or @path/to/file'))).toBe('')
  expect(promptOn(box(' *   Type your message or @path/to/file'))).toBe('')
  expect(promptOn(box(' > a draft'))).toBe('a draft')
  expect(promptOn(box(' > a draft', '   of two lines'))).toBe('a draft\nof two lines')
})

test('there is no prompt in the mode of a shell, under a dialog, and in what an agent has written', () => {
  expect(promptOn(box(' !   Type your shell command'))).toBeNull()
  expect(promptOn('╭──────╮\n│ Allow execution of: touch x? │\n│ ● 1. Allow once │\n╰──────╯')).toBeNull()
  expect(promptOn(' > Type your message\n')).toBeNull()
})

test('what was said is no prompt, though it stands in such a frame: an Enter for it would answer the dialog below', () => {
  const asks = '\n╭──────╮\n│ Allow execution of: touch x? │\n│ ● 1. Allow once │\n╰──────╯'

  expect(promptOn(box(' > [[sh: touch x]]') + asks)).toBeNull()
  expect(promptOn(`${box(' > hello')}\n✦ an answer`)).toBeNull()
})

test('a prompt with nothing above it has not begun, nor one whose conversation is yet to be shown', () => {
  const bare = box(' >   Type your message or @path/to/file').replace('● an answer', '')
  const named = ` ▝▜▄     Gemini CLI v0.61.0\n${bare}`
  const shown = `${named.split('\n')[0]}\n${box(' > hello').split('\n').slice(0, 4).join('\n')}\n✦ an answer\n${bare}`

  expect(hasBegun(bare, { goesOn: false })).toBe(false)
  expect(hasBegun(named, { goesOn: false })).toBe(true)
  expect(hasBegun(named, { goesOn: true })).toBe(false)
  expect(hasBegun(shown, { goesOn: true })).toBe(true)
  expect(hasBegun(`⠋ Resuming session...\n${shown}`, { goesOn: true })).toBe(false)
})
