// What a person sees in a terminal of the page, beside what tmux has on its screen.
import { execFileSync } from 'node:child_process'
import type { Locator, Page } from 'playwright-core'
import type { Agent } from '@tutti/core'
import type { House } from './house.ts'

/** The visible lines of the terminal, without blanks at their ends. Drawn without a graphics card, they are in the page. */
export async function screenLines(within: Page | Locator): Promise<string[]> {
  const lines = await within.locator('.xterm-rows').first().locator(':scope > div').allTextContents()
  return lines.map((line) => line.replaceAll(' ', ' ').trimEnd())
}

export const screenText = async (within: Page | Locator): Promise<string> =>
  (await screenLines(within)).join('\n').trimEnd()

/** Puts the keyboard into the terminal, as a click does. */
export async function enterTerminal(within: Page | Locator): Promise<void> {
  await within.locator('.xterm-screen').first().click()
}

/** The lines that tmux itself has on the screen of an agent. */
export async function tmuxLines(house: House, agent: Agent): Promise<string[]> {
  return (await tmux(house, agent, ['capture-pane', '-p'])).split('\n').map((line) => line.trimEnd())
}

export const tmuxText = async (house: House, agent: Agent): Promise<string> =>
  (await tmuxLines(house, agent)).join('\n').trimEnd()

/** Asks the tmux server of the agent; the attach command says where it is. */
export async function tmux(house: House, agent: Agent, argv: string[]): Promise<string> {
  const { argv: attach } = await house.client.getAttachCommand({ id: agent.id })
  const socket = attach[attach.indexOf('-S') + 1] ?? ''
  return execFileSync('tmux', ['-S', socket, ...argv], { encoding: 'utf8', timeout: 5000 })
}
