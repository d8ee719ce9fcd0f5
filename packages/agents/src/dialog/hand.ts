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

/** Types words at an empty prompt and sends them; throws agent.busy where none is seen. */
export async function say({ machine }: Sight, emptyPrompt: RegExp, text: string): Promise<void> {
  if (!emptyPrompt.test(await machine.terminal.screen())) throw fault('agent.busy', { name: 'The agent' })
  await machine.terminal.paste(text, true)
}
