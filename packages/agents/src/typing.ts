// Types at a program's prompt, and only there: the screen must show the prompt before, the words after, and an empty prompt in the end.
import { fault, type AgentId, type Fault } from '@tutti/core'
import type { KitMachine } from './kit.ts'
import { createProof, type Open, type ProofDeps } from './proof-of-taking.ts'

interface Deps extends ProofDeps {
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
  /**
   * As `send`, and resolves only once the program itself has told that it took the words, where it tells: a prompt that is empty
   * may have lost them, as where a program that starts draws itself anew. Words that are nowhere in the end are typed again by
   * the next call, and not before.
   */
  deliver(text: string): Promise<void>
  /** Whether words are in the terminal that were not seen to be taken. */
  isUnfinished(): boolean
  /** Looks after words that were not seen to be taken; gives them back when they have been. */
  finish(): Promise<string | null>
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
export function createTyping(deps: Deps): Typing {
  const { agentId, machine, promptOn, placeholder, mayPress, lastPrompt } = deps
  const { terminal, clock } = machine
  const proof = createProof(deps)
  let open: Open | null = null
  /** What was typed by `deliver` last. */
  let delivered = ''
  const watch = watchPrompt(machine, promptOn)
  const { box, pause, shows } = watch
  const holds = (there: string, words: string) => placeholder.test(there) || isSame(there, words)
  const busy = () => fault('agent.busy', { name: agentId })
  const shown = async (words: string): Promise<number> =>
    squeezed(await terminal.screen()).split(squeezed(words)).length - 1
  const { makeRoom, empty } = createRoom({ machine, watch, busy })

  /** Whether the words, and they alone, stand in the prompt. What an interrupt has put back beside them is taken out. */
  async function typed(next: Open): Promise<boolean> {
    const { words } = next
    await makeRoom({ sent: lastPrompt(), delivered })
    open = next
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

  /** Sends what stands in the prompt; false where it still stands there in the end, or nobody knows where it is. */
  async function entered(sent: Open): Promise<boolean> {
    const isTaken = sent.mustBeTold ? emptyOrUnderDialog(mayPress) : emptyOrGone(clock)
    await pause(AFTER_PASTE_MS)
    for (const patience of [SECOND_ENTER_MS, PATIENCE_MS]) {
      // Where a dialog is open, the turn has begun and asks already.
      if (mayPress()) {
        sent.enteredAt ??= clock.now()
        open = sent
        await terminal.press('Enter')
      }
      if (await shows((text) => proof.isTold(sent) || isTaken(text), patience)) return settled(sent)
    }
    return false
  }

  async function settled(sent: Open): Promise<boolean> {
    if (!(await proof.settled(sent, () => shown(sent.words)))) return false
    open = null
    return true
  }

  async function finish(): Promise<string | null> {
    if (open === null) return null
    const sent = open
    const there = proof.isTold(sent) ? '' : await box()
    if (there !== null && holds(there, sent.words)) return (await entered(sent)) ? sent.words : null
    // Under a dialog nothing is known yet.
    if (there === null) return null
    const missing = proof.missing(sent)
    if (missing === 'waiting') return null
    const isLost = missing === 'lost' && (await shown(sent.words)) <= sent.shownBefore
    if (isLost) proof.giveUp()
    open = null
    return isLost || sent.enteredAt === null ? null : sent.words
  }

  async function give(text: string, mustBeTold: boolean): Promise<void> {
    const words = harmless(text)
    if ((await finish()) === words) return
    if (open !== null && open.enteredAt !== null) throw busy()
    if (mustBeTold) delivered = words
    const next: Open = { words, shownBefore: await shown(words), enteredAt: null, mustBeTold }
    if (!(await typed(next)) && !(await typed(next))) throw busy()
    if (!(await entered(next))) throw busy()
    proof.renew()
  }

  return {
    send: (text) => give(text, false),
    deliver: (text) => give(text, true),
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

/** Looks at a prompt until it is empty; one that is away proves nothing, unless a dialog of the turn is there. */
const emptyOrUnderDialog =
  (mayPress: () => boolean) =>
  (text: string | null): boolean =>
    text === '' || (text === null && !mayPress())

interface RoomDeps {
  machine: Pick<KitMachine, 'terminal'>
  watch: ReturnType<typeof watchPrompt>
  busy(): Fault
}

/** Makes a prompt empty, of nobody's words only. */
function createRoom({ machine, watch, busy }: RoomDeps) {
  async function empty(): Promise<void> {
    await machine.terminal.press('C-c')
    if (!(await watch.shows((text) => text === ''))) throw busy()
  }
  return {
    empty,
    async makeRoom(ours: Ours): Promise<void> {
      // Right after a dialog or an interrupt the prompt is a moment away.
      await watch.shows((text) => text !== null, APPEARS_MS)
      const there = await watch.box()
      if (there === null || (there !== '' && !isNobodys(there, ours))) throw busy()
      if (there !== '') await empty()
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

interface Ours {
  sent: string
  delivered: string
}

/** What nobody has written: what was sent last, which an interrupt puts back, words of ours that were drawn late, or a reply of the terminal. */
const isNobodys = (there: string, { sent, delivered }: Ours): boolean =>
  TERMINAL_REPLY.test(there) ||
  (sent !== '' && squeezed(sent).startsWith(squeezed(there).slice(0, COMPARED))) ||
  (delivered !== '' && uncounted(there).replaceAll(uncounted(delivered), '') === '')

/** Words as they are, whatever number is in them: those of before may have counted less. */
const uncounted = (text: string): string => squeezed(text).replaceAll(/\d+/gu, '#')

/** Words as they can be compared with what is on a screen, where lines are broken anywhere. */
export const squeezed = (text: string): string => text.replaceAll(/\s+/gu, '')
