// Types at Claude Code's prompt, and only there: the screen must show the prompt before, the words after, and an empty prompt in the end.
import { fault, type AgentId } from '@tutti/core'
import type { KitMachine } from '../kit.ts'
import { promptOn, squeezed } from './screen.ts'

interface Deps {
  agentId: AgentId
  machine: KitMachine
  /** What was sent last: an interrupt puts it back into the prompt, and it is nobody's draft then. */
  lastPrompt(): string
}

export interface Typing {
  /** Sends words as a prompt. Throws agent.busy where there is no empty prompt; nothing was typed then. */
  send(text: string): Promise<void>
  /** Whether there is an empty prompt. */
  isReady(): Promise<boolean>
}

// The program draws within a frame or two; a loaded machine takes longer.
const PATIENCE_MS = 4000
const APPEARS_MS = 1500
const LOOK_MS = 40
const COMPARED = 40
// Words that end in a file's name open a menu that takes the first Enter.
const MOST_ENTERS = 2
const PLACEHOLDER = /\[Pasted text #\d+/u

export function createTyping({ agentId, machine, lastPrompt }: Deps): Typing {
  const { terminal, clock } = machine
  const box = async (): Promise<string | null> => promptOn(await terminal.screen())
  const busy = () => fault('agent.busy', { name: agentId })

  async function shows(fits: (text: string | null) => boolean, withinMs = PATIENCE_MS): Promise<boolean> {
    const deadline = clock.now() + withinMs
    while (!fits(await box())) {
      if (clock.now() > deadline) return false
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
    }
    return true
  }

  async function makeRoom(): Promise<void> {
    // Right after a dialog or an interrupt the prompt is a moment away.
    await shows((text) => text !== null, APPEARS_MS)
    const there = await box()
    if (there === null || (there !== '' && !isOwn(there, lastPrompt()))) throw busy()
    if (there !== '') await empty()
  }

  /** Whether the words, and they alone, stand in the prompt. What an interrupt has put back beside them is taken out. */
  async function typed(words: string): Promise<boolean> {
    await makeRoom()
    await terminal.paste(words, false)
    const wanted = squeezed(words)
    const isThere = (text: string) =>
      PLACEHOLDER.test(text) ||
      (squeezed(text).startsWith(wanted.slice(0, COMPARED)) && squeezed(text).length <= wanted.length)
    const isBeside = (text: string) =>
      squeezed(text).startsWith(squeezed(lastPrompt())) && lastPrompt() !== ''
    await shows((text) => text !== null && text !== '' && (isThere(text) || isBeside(text)))
    const there = (await box()) ?? ''
    if (isThere(there)) return true
    if (isBeside(there)) await empty()
    return false
  }

  async function empty(): Promise<void> {
    await terminal.press('C-c')
    if (!(await shows((text) => text === ''))) throw busy()
  }

  return {
    async send(text) {
      const safe = harmless(text)
      if (!(await typed(safe)) && !(await typed(safe))) throw busy()
      for (let enters = 0; enters < MOST_ENTERS; enters++) {
        await terminal.press('Enter')
        if (await shows((words) => words === '' || words === null, PATIENCE_MS / MOST_ENTERS)) return
      }
      throw busy()
    },
    isReady: async () => (await box()) === '',
  }
}

// A prompt that begins with "!" would run in a shell, and one with "#" be kept as a memory.
const harmless = (text: string): string => (/^[!#]/u.test(text) ? ` ${text}` : text)

const isOwn = (there: string, sent: string): boolean =>
  sent !== '' && squeezed(sent).startsWith(squeezed(there).slice(0, COMPARED))
