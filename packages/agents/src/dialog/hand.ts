// Presses keys for a person, each only after the screen has shown that it goes where it is meant to go.
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
