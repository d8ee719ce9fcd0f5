// Presses keys and types words for a person, each only after the screen has shown that they go where they are meant to go.
import { fault } from '@tutti/core'
import type { KitMachine } from '../kit.ts'
import { dialogOn, type Dialog, type DialogRules } from './dialog.ts'

export interface Sight {
  machine: KitMachine
  version: string | null
}

/** Presses an option's key; throws attention.stale where the dialog is not on the screen, attention.unfit for a key that it has not. */
export async function choose(
  { machine, version }: Sight,
  rules: DialogRules,
  wanted: { dialog: Dialog; key: string },
): Promise<void> {
  const seen = dialogOn(await machine.terminal.screen(), rules, version)
  if (seen?.mark !== wanted.dialog.mark)
    throw fault('attention.stale', { receipt: 'stale', why: 'its dialog is not on the screen any more' })
  if (!seen.options.some(({ key }) => key === wanted.key))
    throw fault('attention.unfit', { problem: 'the dialog has no such option' })
  await machine.terminal.press(wanted.key)
}

export interface Mouth extends Sight {
  emptyPrompt: RegExp
  /** Whether an Enter would be for the prompt: false while a dialog is open, which would take it for an answer. */
  mayPress(): boolean
}

// A program takes an Enter right after a paste for a part of it.
const AFTER_PASTE_MS = 150
// It draws within a frame or two; a machine that does other things takes longer.
const DRAWN_MS = 4000
const SENT_MS = 2000
const MOST_ENTERS = 2
const LOOK_MS = 50

/** Types words at an empty prompt and sends them; throws agent.busy where none is seen, or where the words do not come. */
export async function say({ machine, emptyPrompt, mayPress }: Mouth, text: string): Promise<void> {
  const { terminal } = machine
  const busy = fault('agent.busy', { name: 'The agent' })
  const isEmpty = async (): Promise<boolean> => emptyPrompt.test(await terminal.screen())
  if (!(await isEmpty())) throw busy
  await terminal.paste(text, false)
  if (!(await comes(machine, async () => !(await isEmpty()), DRAWN_MS))) throw busy
  for (let enters = 0; enters < MOST_ENTERS; enters++) {
    await pause(machine, AFTER_PASTE_MS)
    // The turn has begun and asks already.
    if (!mayPress()) return
    await terminal.press('Enter')
    if (await comes(machine, isEmpty, SENT_MS)) return
  }
}

async function comes(machine: KitMachine, isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = machine.clock.now() + withinMs
  while (!(await isSo())) {
    if (machine.clock.now() > deadline) return false
    await pause(machine, LOOK_MS)
  }
  return true
}

const pause = ({ clock }: KitMachine, ms: number): Promise<void> =>
  new Promise((resolve) => clock.after(ms, resolve))
