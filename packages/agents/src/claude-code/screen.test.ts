// The screen of Claude Code, drawn by hand after the real one.
import { expect, test } from 'vitest'
import { dialogOn, openingOn, promptOn, retryOn } from './screen.ts'

const LINE = '─'.repeat(110)
const prompt = (text: string) => `${LINE}\n❯\u00A0${text}\n${LINE}\n  ⏸ manual mode on · ? for shortcuts\n\n`
const APPROVAL = `● Running touch a.txt
  ⎿  $ touch a.txt
${LINE}
 Bash command
 Run shell command
 touch a.txt
 Do you want to proceed?
 ❯ 1. Yes
   2. Yes, and always allow access to /work from this project
   3. Yes, and switch to accept edits (auto-approve file edits) for this session
      (shift+tab)
   4. No

 Esc to cancel · Tab to amend

`
const PICKER = `${LINE}
 ☐ Question

Which color?

❯ 1. Blue
     Blue
  2. Red
     Red
  3. Type something.
${LINE}
  4. Chat about this

Enter to select · ↑/↓ to navigate · Esc to cancel
`

test('a retry is read above the prompt, also with a hint between', () => {
  const retry = '✻ API error · retrying in 4s · attempt 1/10'

  expect(retryOn(`${retry}\n\n${prompt('')}`)).toBe(retry.slice(2))
  expect(retryOn(`${retry}\n        ◐ medium · /effort\n${prompt('')}`)).toBe(retry.slice(2))
})

test('an agent that writes about a retry is not taken for one', () => {
  const words = 'API error · retrying in 4s · attempt 1/10'

  expect(retryOn(`● ✻ ${words}\n\n${prompt('')}`)).toBeNull()
  expect(retryOn(`  ✻ ${words}\n\n${prompt('')}`)).toBeNull()
  expect(retryOn(`✻ ${words}\n● one\n● two\n● three\n${prompt('')}`)).toBeNull()
  expect(retryOn(`✻ ${words}`)).toBeNull()
})

test('the prompt is read: empty, a suggestion, a draft over several lines, or none under a dialog', () => {
  expect(promptOn(prompt(''))).toBe('')
  expect(promptOn(prompt('Try "fix the lint errors"'))).toBe('')
  expect(promptOn(prompt('half a\n  thought'))).toBe('half a\nthought')
  expect(promptOn(APPROVAL)).toBeNull()
  expect(promptOn('')).toBeNull()
})

test('the options of a dialog are read with what they mean', () => {
  expect(dialogOn(APPROVAL)?.map(({ key, effect }) => [key, effect])).toEqual([
    ['1', 'allow'],
    ['2', 'allow-always'],
    ['3', 'allow-always'],
    ['4', 'deny'],
  ])
  expect(dialogOn(PICKER)?.map(({ key, label }) => [key, label])).toEqual([
    ['1', 'Blue'],
    ['2', 'Red'],
    ['3', 'Type something.'],
    ['4', 'Chat about this'],
  ])
})

test('numbered words of an agent are no dialog', () => {
  expect(dialogOn(`● 1. Yes\n  2. No\n  Esc to cancel\n${prompt('')}`)).toBeNull()
  expect(dialogOn(`1. Yes\n2. No\n`)).toBeNull()
})

test('a question before the first prompt is seen, and an agent that writes such a line is not taken for one', () => {
  const trust = `${LINE}\n Accessing workspace:\n\n /work\n\n ❯ No, exit\n   Yes, I trust this folder\n\n Enter to confirm · Esc to cancel\n\n`

  expect(openingOn(trust)).toBe('Accessing workspace:')
  expect(openingOn(`● Enter to confirm · Esc to cancel\n${prompt('')}`)).toBeNull()
  expect(openingOn('')).toBeNull()
})
