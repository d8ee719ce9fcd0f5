// Typing at a prompt that draws late: words are typed once, whatever the program's pace, and never beside another's draft.
import { expect, test } from 'vitest'
import { playMachine } from '../test/played-machine.ts'
import { promptOn } from './claude-code/screen.ts'
import { createTyping } from './typing.ts'

const LINE = '─'.repeat(110)
const prompt = (text: string) => `${LINE}\n❯ ${text}\n${LINE}\n`
const WORDS = 'You have 1 new message. Read with `tutti inbox` and `tutti read`.'

/** A terminal whose time passes only while somebody waits, and which shows at each moment what the test says. */
function aTerminal(
  screenAt: (ms: number, typed: readonly string[]) => string,
  mayPress: () => boolean = () => true,
  tookSince: (ms: number, typed: readonly string[]) => boolean | null = () => null,
) {
  const { machine } = playMachine()
  const typed: string[] = []
  let now = 0
  const typing = createTyping({
    agentId: 'agt_1',
    lastPrompt: () => '',
    tookSince: () => tookSince(now, typed),
    promptOn,
    placeholder: /\[Pasted text/u,
    mayPress,
    machine: {
      ...machine,
      clock: {
        now: () => now,
        after(ms, run) {
          now += ms
          queueMicrotask(run)
          return () => {}
        },
      },
      terminal: {
        ...machine.terminal,
        screen: () => Promise.resolve(screenAt(now, typed)),
        paste: (text) => Promise.resolve(void typed.push(text)),
        press: (key) => Promise.resolve(void typed.push(key)),
      },
    },
  })
  return { typing, typed, later: (ms: number) => void (now += ms) }
}

test('words that are drawn after all patience are not typed again, but sent', async () => {
  const { typing, typed, later } = aTerminal((ms, keys) =>
    prompt(keys.length > 0 && ms > 60_000 && !keys.includes('Enter') ? WORDS : ''),
  )
  await expect(typing.send(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })

  later(60_000)
  await typing.send(WORDS)

  expect(typed).toEqual([WORDS, 'Enter'])
})

test('words whose Enter was taken late count as sent', async () => {
  const { typing, typed, later } = aTerminal((ms, keys) =>
    prompt(keys.length > 0 && ms < 60_000 ? WORDS : ''),
  )
  await expect(typing.send(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })

  later(60_000)

  expect(await typing.finish()).toBe(WORDS)
  expect(await typing.finish()).toBe(null)
  expect(typed.filter((one) => one === WORDS)).toHaveLength(1)
})

test('words that never arrived are typed again', async () => {
  const { typing, typed } = aTerminal((_ms, keys) =>
    prompt(keys.filter((one) => one === WORDS).length === 2 && !keys.includes('Enter') ? WORDS : ''),
  )
  await expect(typing.send(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })

  await typing.send(WORDS)

  expect(typed).toEqual([WORDS, WORDS, 'Enter'])
})

test('an Enter that was taken for a part of the paste is pressed again, but not into a dialog', async () => {
  const swallowed = (enters: number) => (_ms: number, keys: readonly string[]) =>
    prompt(keys.includes(WORDS) && keys.filter((one) => one === 'Enter').length < enters ? WORDS : '')
  const second = aTerminal(swallowed(2))
  await second.typing.send(WORDS)
  expect(second.typed).toEqual([WORDS, 'Enter', 'Enter'])

  let isAsking = false
  const asking = aTerminal(
    (_ms, keys) => {
      isAsking = keys.includes('Enter')
      return prompt(keys.includes(WORDS) ? WORDS : '')
    },
    () => !isAsking,
  )
  await expect(asking.typing.send(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  expect(asking.typed).toEqual([WORDS, 'Enter'])
})

test('nothing is typed where somebody has a draft', async () => {
  const { typing, typed } = aTerminal(() => prompt('half a thought'))
  await expect(typing.send(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  expect(typed).toEqual([])
})

test('a reply of the terminal that a slow program took for typing is cleared away, and is no draft', async () => {
  const { typing, typed } = aTerminal((_ms, keys) =>
    prompt(['>|tmux 3.3a1;2c', '', WORDS, ''][keys.length] ?? ''),
  )

  await typing.send(WORDS)

  expect(typed).toEqual(['C-c', WORDS, 'Enter'])
})

test('words that a prompt has lost as it was drawn anew are typed again, and only once the program had time to tell of them', async () => {
  const { typing, typed, later } = aTerminal(
    (_ms, keys) => prompt(keys.at(-1) === WORDS ? WORDS : ''),
    () => true,
    (_ms, keys) => keys.filter((one) => one === 'Enter').length > 1,
  )
  await expect(typing.deliver(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  await expect(typing.deliver(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  expect(typed).toEqual([WORDS, 'Enter'])

  later(20_000)
  await typing.deliver(WORDS)
  expect(typed).toEqual([WORDS, 'Enter', WORDS, 'Enter'])
})

test('words that a program takes late, having kept them, are not typed again', async () => {
  const { typing, typed, later } = aTerminal(
    (_ms, keys) => prompt(keys.at(-1) === WORDS ? WORDS : ''),
    () => true,
    (ms) => ms > 15_000,
  )
  await expect(typing.deliver(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  later(10_000)

  expect(await typing.finish()).toBe(WORDS)
  expect(typed).toEqual([WORDS, 'Enter'])
})

test('words that the program shows as said are not typed again, though it tells nothing of them', async () => {
  const { typing, typed, later } = aTerminal(
    (_ms, keys) =>
      `${keys.includes('Enter') ? `> ${WORDS}` : ''}\n${prompt(keys.at(-1) === WORDS ? WORDS : '')}`,
    () => true,
    () => false,
  )
  await typing.deliver(WORDS)
  later(20_000)

  expect([typed, typing.isUnfinished()]).toEqual([[WORDS, 'Enter'], false])
})

test('a prompt that went away without a dialog has not taken the words: they are sent once it is back', async () => {
  const { typing, typed, later } = aTerminal(
    (ms, keys) => {
      if (keys.length > 0 && ms > 400 && ms < 60_000) return 'Resuming session...'
      return prompt(keys.length > 0 && keys.at(-1) !== 'Enter' ? WORDS : '')
    },
    () => true,
    (ms, keys) => ms > 60_000 && keys.at(-1) === 'Enter',
  )
  await expect(typing.deliver(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  typed.splice(1)
  later(60_000)

  expect(await typing.finish()).toBe(WORDS)
  expect(typed).toEqual([WORDS, 'Enter'])
})

test('a program that never tells what it took is typed at twice at most', async () => {
  const { typing, typed, later } = aTerminal(
    (_ms, keys) => prompt(keys.at(-1) === WORDS ? WORDS : ''),
    () => true,
    () => false,
  )
  for (let tries = 0; tries < 20; tries++) {
    await typing.deliver(WORDS).catch(() => 'busy')
    later(20_000)
    if (!typing.isUnfinished()) break
  }

  expect(typed.filter((one) => one === WORDS).length).toBeLessThanOrEqual(3)
})

test('words of ours that stand there twice, because they were drawn late, are cleared away; a draft is not', async () => {
  const older = WORDS.replace('1 new message', '3 new messages')
  const { typing, typed } = aTerminal((_ms, keys) =>
    prompt([older + older, '', older, ''][keys.length] ?? ''),
  )
  await typing.deliver(older)
  expect(typed).toEqual(['C-c', older, 'Enter'])

  const other = aTerminal(() => prompt(`${WORDS} And now?`))
  await expect(other.typing.deliver(WORDS)).rejects.toMatchObject({ code: 'agent.busy' })
  expect(other.typed).toEqual([])
})
