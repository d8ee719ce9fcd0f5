// Types at a program's prompt, and only there: the screen must show the prompt before, the words after, and an empty prompt in the end.
import { fault, type AgentId } from '@tutti/core'
import type { KitMachine } from './kit.ts'

interface Deps {
  agentId: AgentId
  machine: KitMachine
  /** What stands in the prompt, '' where it is empty; null where there is none, such as under a dialog or in a shell's mode. */
  promptOn(screen: string): string | null
  /** What stands there for words that are too many to be shown. */
  placeholder: RegExp
  /** Whether an Enter would be for the prompt: false while a dialog is open, which would take it for an answer. */
  mayPress(): boolean
  /** What was sent last: an interrupt puts it back into the prompt, and it is nobody's draft then. */
  lastPrompt(): string
}

export interface Typing {
  /**
   * Sends words as a prompt. Throws agent.busy where there is no empty prompt, and where the program is too slow to show that
   * it has taken them: the same words, sent again, are then only looked after and never typed twice.
   */
  send(text: string): Promise<void>
  /** Whether words are in the terminal that were not seen to be taken. */
  isUnfinished(): boolean
  /** Looks after words that were not seen to be taken; true when they have been. */
  finish(): Promise<boolean>
  /** Whether there is an empty prompt. */
  isReady(): Promise<boolean>
}

// The program draws within a frame or two; on a machine that has no time for it, it takes many seconds.
const PATIENCE_MS = 12_000
const APPEARS_MS = 1500
// An Enter right after a paste is taken for a part of it.
const AFTER_PASTE_MS = 150
const LOOK_MS = 40
const COMPARED = 40
// A prompt that is being drawn anew is not there for an instant; one under a dialog is away for longer.
const GONE_MS = 700
// Words that end in a file's name open a menu that takes the first Enter; on an empty prompt another does nothing.
const SECOND_ENTER_MS = 2000

export function createTyping({
  agentId,
  machine,
  promptOn,
  placeholder,
  mayPress,
  lastPrompt,
}: Deps): Typing {
  const { terminal } = machine
  /** Words of ours that nobody has seen being taken, and whether Enter was pressed after them. */
  let open: { words: string; isEntered: boolean } | null = null
  const { box, pause, shows } = watchPrompt(machine, promptOn)
  const holds = (there: string, words: string) => placeholder.test(there) || isSame(there, words)
  const busy = () => fault('agent.busy', { name: agentId })

  async function makeRoom(): Promise<void> {
    // Right after a dialog or an interrupt the prompt is a moment away.
    await shows((text) => text !== null, APPEARS_MS)
    const there = await box()
    if (there === null || (there !== '' && !isNobodys(there, lastPrompt()))) throw busy()
    if (there !== '') await empty()
  }

  /** Whether the words, and they alone, stand in the prompt. What an interrupt has put back beside them is taken out. */
  async function typed(words: string): Promise<boolean> {
    await makeRoom()
    open = { words, isEntered: false }
    await terminal.paste(words, false)
    const isBeside = (text: string) =>
      squeezed(text).startsWith(squeezed(lastPrompt())) && lastPrompt() !== ''
    await shows((text) => text !== null && text !== '' && (holds(text, words) || isBeside(text)))
    const there = (await box()) ?? ''
    if (holds(there, words)) return true
    // Not drawn yet: typing them again would make them stand there twice.
    if (!isBeside(there)) throw busy()
    await empty()
    open = null
    return false
  }

  async function empty(): Promise<void> {
    await terminal.press('C-c')
    if (!(await shows((text) => text === ''))) throw busy()
  }

  /** Sends what stands in the prompt; false where it still stands there in the end. */
  async function entered(words: string): Promise<boolean> {
    const isTaken = emptyOrGone(machine.clock)
    await pause(AFTER_PASTE_MS)
    for (const patience of [SECOND_ENTER_MS, PATIENCE_MS]) {
      // Where a dialog is open, the turn has begun and asks already.
      if (mayPress()) {
        await terminal.press('Enter')
        open = { words, isEntered: true }
      }
      if (await shows(isTaken, patience)) {
        open = null
        return true
      }
    }
    return false
  }

  async function finish(): Promise<boolean> {
    if (open === null) return false
    const { words, isEntered } = open
    const there = await box()
    if (there !== null && holds(there, words)) return entered(words)
    // Under a dialog nothing is known yet.
    if (there === null) return false
    open = null
    return isEntered
  }

  return {
    async send(text) {
      const safe = harmless(text)
      const isAgain = open?.words === safe
      if ((await finish()) && isAgain) return
      if (!(await typed(safe)) && !(await typed(safe))) throw busy()
      if (!(await entered(safe))) throw busy()
    },
    isUnfinished: () => open !== null,
    finish,
    isReady: async () => (await box()) === '',
  }
}

/** What stands in the prompt, now and as it changes. */
function watchPrompt({ terminal, clock }: KitMachine, promptOn: Deps['promptOn']) {
  const box = async (): Promise<string | null> => promptOn(await terminal.screen())
  const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  return {
    box,
    pause,
    async shows(fits: (text: string | null) => boolean, withinMs = PATIENCE_MS): Promise<boolean> {
      const deadline = clock.now() + withinMs
      while (!fits(await box())) {
        if (clock.now() > deadline) return false
        await pause(LOOK_MS)
      }
      return true
    },
  }
}

/** Looks at a prompt until it is empty, or has been away for as long as only a dialog keeps it. */
function emptyOrGone(clock: KitMachine['clock']): (text: string | null) => boolean {
  let goneSince: number | null = null
  return (text) => {
    if (text !== null) {
      goneSince = null
      return text === ''
    }
    goneSince ??= clock.now()
    return clock.now() - goneSince >= GONE_MS
  }
}

/** Whether the prompt shows these words and no others. */
const isSame = (there: string, words: string): boolean =>
  there !== '' &&
  squeezed(there).startsWith(squeezed(words).slice(0, COMPARED)) &&
  squeezed(there).length <= squeezed(words).length

// A prompt that begins with "!" would run in a shell, and one with "#" be kept as a memory.
const harmless = (text: string): string => (/^[!#]/u.test(text) ? ` ${text}` : text)

// What a terminal says of itself (XTVERSION, device attributes) to a program that was too slow to wait for it.
const TERMINAL_REPLY = /^(?:>\|tmux [\w.-]+|[?>]?\d+(?:;\d+)*c|\s)+$/u

/** What nobody has written: what was sent last, which an interrupt puts back, or a reply of the terminal. */
const isNobodys = (there: string, sent: string): boolean =>
  TERMINAL_REPLY.test(there) || (sent !== '' && squeezed(sent).startsWith(squeezed(there).slice(0, COMPARED)))

/** Words as they can be compared with what is on a screen, where lines are broken anywhere. */
export const squeezed = (text: string): string => text.replaceAll(/\s+/gu, '')
