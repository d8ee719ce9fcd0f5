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
  isAsking: (typed: readonly string[]) => boolean = () => false,
) {
  const { machine } = playMachine()
  const typed: string[] = []
  let now = 0
  const typing = createTyping({
    agentId: 'agt_1',
    lastPrompt: () => '',
    isAsking: () => isAsking(typed),
    promptOn,
    placeholder: /\[Pasted text/u,
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

  expect(await typing.finish()).toBe(true)
  expect(await typing.finish()).toBe(false)
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

test('where the turn asks at once, no second Enter answers it', async () => {
  const { typing, typed } = aTerminal(
    (_ms, keys) => prompt(keys.length > 0 ? WORDS : ''),
    (keys) => keys.includes('Enter'),
  )

  await typing.send(WORDS)

  expect(typed).toEqual([WORDS, 'Enter'])
})
