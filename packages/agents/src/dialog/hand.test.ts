// Words at a prompt: sent with an Enter of their own once they are drawn, and never into a dialog or a draft.
import { expect, test } from 'vitest'
import { playMachine, type PlayedMachine } from '../../test/played-machine.ts'
import { EMPTY_PROMPT } from '../gemini/screen.ts'
import { say } from './hand.ts'

const EMPTY = ' > Type your message or @path/to/file'

/** A program that draws a paste, and takes so many Enters until it sends it. */
function aProgram(enters: number): PlayedMachine {
  const played = playMachine()
  const { paste, press } = played.machine.terminal
  let now = 0
  played.machine.clock = {
    now: () => now,
    after(ms, run) {
      now += ms
      const turn = setImmediate(run)
      return () => clearImmediate(turn)
    },
  }
  played.screen = EMPTY
  played.machine.terminal.paste = async (text, submit) => {
    await paste(text, submit)
    played.screen = ` > ${text}`
  }
  played.machine.terminal.press = async (key) => {
    await press(key)
    if (played.typed.filter((one) => one === 'Enter').length === enters) played.screen = EMPTY
  }
  return played
}
const at = ({ machine }: PlayedMachine, mayPress = () => true) => ({
  machine,
  version: null,
  emptyPrompt: EMPTY_PROMPT,
  mayPress,
})

test('words are sent once they are drawn', async () => {
  const played = aProgram(1)

  await say(at(played), 'hello')

  expect(played.typed).toEqual(['hello', 'Enter'])
})

test('an Enter that was taken for a part of the paste is pressed again', async () => {
  const played = aProgram(2)

  await say(at(played), 'hello')

  expect(played.typed).toEqual(['hello', 'Enter', 'Enter'])
})

test('where a dialog has opened meanwhile, no key is pressed', async () => {
  const played = aProgram(2)

  await say(
    at(played, () => !played.typed.includes('Enter')),
    'hello',
  )

  expect(played.typed).toEqual(['hello', 'Enter'])
})

test('nothing is typed where somebody has a draft', async () => {
  const played = aProgram(1)
  played.screen = ' > half a thought'

  await expect(say(at(played), 'hello')).rejects.toThrow('busy')
  expect(played.typed).toEqual([])
})
