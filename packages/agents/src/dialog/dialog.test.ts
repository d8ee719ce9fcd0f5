// Dialogs on a screen: found as they are drawn, not found where there are none, and never more than text.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Question } from '@tutti/core'
import { DIALOG_RULES } from '../gemini/screen.ts'
import { dialogOn, questionOf } from './dialog.ts'

const VERSION = '0.61.0'
const APPROVAL = `
✦ hello
╭──────────────────────────────────────────╮
│ ? Shell  touch a.txt                     │
│ ╭──────────────────────────────────────╮ │
│ │ touch a.txt                          │ │
│ ╰──────────────────────────────────────╯ │
│ Allow execution of [Shell]?              │
│                                          │
│ ● 1. Allow once                          │
│   2. Allow for this session              │
│   3. Modify with external editor         │
│   4. No, suggest changes (esc)           │
╰──────────────────────────────────────────╯
`
const QUESTION = `
│ Which color?                             │
│                                          │
│ ● 1.  Blue                               │
│       like the sky                       │
│   2.  Red                                │
│   3.  Enter a custom value               │
│ Enter to select                          │
`

test('an approval has its tool, its options by number, and what each does; an editor is for the terminal', () => {
  const dialog = dialogOn(APPROVAL, DIALOG_RULES, VERSION)!

  expect(dialog).toMatchObject({
    kind: 'approval',
    text: 'Allow execution of [Shell]?',
    tool: 'Shell',
    about: 'touch a.txt',
  })
  expect(questionOf(dialog, DIALOG_RULES).choices.map(({ key, effect }) => [key, effect])).toEqual([
    ['1', 'allow'],
    ['2', 'allow-always'],
    ['4', 'deny'],
  ])
})

test('the mark of a dialog is the same whichever option is chosen, and another for another dialog', () => {
  const moved = APPROVAL.replace('● 1.', '  1.').replace('  2.', '● 2.')
  const mark = (screen: string) => dialogOn(screen, DIALOG_RULES, VERSION)?.mark

  expect(mark(moved)).toBe(mark(APPROVAL))
  expect(mark(APPROVAL.replaceAll('a.txt', 'b.txt'))).not.toBe(mark(APPROVAL))
})

test('what a sub-agent asks has its name', () => {
  const screen = `│ ! generalist · Shell touch a.txt        │${APPROVAL}`

  expect(dialogOn(screen, DIALOG_RULES, VERSION)?.helper).toBe('generalist')
  expect(dialogOn(APPROVAL, DIALOG_RULES, VERSION)?.helper).toBeNull()
})

test('a question has the options that can be chosen from afar', () => {
  const dialog = dialogOn(QUESTION, DIALOG_RULES, VERSION)!

  expect(dialog.kind).toBe('question')
  expect(questionOf(dialog, DIALOG_RULES).choices.map(({ label }) => label)).toEqual(['Blue', 'Red'])
})

test('another version, a single option or a list that has a gap is no dialog', () => {
  expect(dialogOn(APPROVAL, DIALOG_RULES, '0.62.0')).toBeNull()
  expect(dialogOn(APPROVAL, DIALOG_RULES, null)).toBeNull()
  expect(dialogOn('Which?\n1. One\n3. Three', DIALOG_RULES, VERSION)).toBeNull()
  expect(dialogOn('1. One\n2. Two', DIALOG_RULES, VERSION)).toBeNull()
})

test('whatever stands on the screen, what is found fits the contract', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '● 1. Allow once',
      '  2. <img src=x onerror=alert(1)>',
      '3. No',
      '? Shell \u001B[31mrm\u001B[0m',
      '│  │',
      `1. ${'x'.repeat(3000)}`,
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const dialog = dialogOn(lines.join('\n'), DIALOG_RULES, VERSION)
      const problem = dialog === null ? undefined : Question.safeParse(questionOf(dialog, DIALOG_RULES)).error
      expect(problem).toBeUndefined()
    }),
  )
})
