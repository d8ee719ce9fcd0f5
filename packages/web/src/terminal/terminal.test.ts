// What a terminal must not do by itself, and how bytes reach its screen.
import xterm from '@xterm/headless'
import { expect, test } from 'vitest'
import { createPool } from './pool.ts'
import { followScreen } from './screen-flow.ts'
import { asksForColour, clipboardRequest, silenceReplies } from './silence.ts'
import { keySequence } from './key-sequences.ts'

const ESC = '\u001b'
const QUESTIONS = [
  '[c',
  '[>c',
  '[=c',
  '[5n',
  '[6n',
  '[?6n',
  '[?1$p',
  '[4$p',
  '[>q',
  '[18t',
  '[21t',
  '[x',
  '[?u',
  'P$qm\u001b\\',
  'P+q544e\u001b\\',
]

const answersTo = async (silent: boolean): Promise<string> => {
  const term = new xterm.Terminal({ allowProposedApi: true, windowOptions: { getWinSizeChars: true } })
  let said = ''
  term.onData((data) => (said += data))
  if (silent) silenceReplies(term.parser)
  await new Promise<void>((done) => term.write(QUESTIONS.map((one) => ESC + one).join(''), done))
  term.dispose()
  return said
}

test('C30 a viewer never answers what a program asks the terminal, because tmux does', async () => {
  expect(await answersTo(true)).toBe('')
  // The same questions without the handlers: it would have answered.
  expect(await answersTo(false)).not.toBe('')
})

test('C30 a question for a colour is silenced, setting one is not', () => {
  expect(asksForColour('?')).toBe(true)
  expect(asksForColour('1;?')).toBe(true)
  expect(asksForColour('1;rgb:ff/00/00')).toBe(false)
})

test('C30 OSC 52 may ask to copy, never to read, and not more than a megabyte', () => {
  expect(clipboardRequest(`c;${btoa('copied')}`)).toBe('copied')
  expect(clipboardRequest('c;?')).toBeNull()
  expect(clipboardRequest('c;not base64!')).toBeNull()
  expect(clipboardRequest(`c;${'A'.repeat(1_000_001)}`)).toBeNull()
})

test('a snapshot resets and resizes in its turn, and credit is given when the screen has taken the bytes', () => {
  const queue: { data: Uint8Array | string; done?: () => void }[] = []
  const log: string[] = []
  const flow = followScreen(
    {
      write: (data, done) => queue.push(done ? { data, done } : { data }),
      reset: () => log.push('reset'),
      resize: (cols, rows) => log.push(`${cols}x${rows}`),
    },
    (bytes) => log.push(`credit ${bytes}`),
  )
  flow.data(new Uint8Array(3))
  flow.snapshot({ cols: 80, rows: 24, bytes: new Uint8Array(5) })
  flow.data(new Uint8Array(2))
  expect(log).toEqual([])

  for (const { done } of queue) done?.()
  expect(log).toEqual(['credit 3', 'reset', '80x24', 'credit 5', 'credit 2'])
})

test('the pool keeps the terminals used last, and never ends one that is shown', () => {
  const ended: string[] = []
  const pool = createPool<string, { name: string }>({
    size: 2,
    keyOf: (name) => name,
    make: (name) => ({ name }),
    end: ({ name }) => ended.push(name),
  })
  const a = pool.take('a')
  pool.take('b')
  pool.giveBack('b')
  pool.take('c')
  pool.giveBack('c')
  expect(ended).toEqual(['b'])
  expect(pool.take('a')).toBe(a)
  expect(pool.keys()).toEqual(['c', 'a'])
})

test('arrows follow the mode of the program, and Ctrl reaches them', () => {
  expect(keySequence('up', { ctrl: false, application: false })).toBe(`${ESC}[A`)
  expect(keySequence('up', { ctrl: false, application: true })).toBe(`${ESC}OA`)
  expect(keySequence('left', { ctrl: true, application: true })).toBe(`${ESC}[1;5D`)
})
