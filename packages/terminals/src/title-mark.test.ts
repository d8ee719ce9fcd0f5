// The mark of a title's change, made by a real tmux.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aRoom, SOON, type Room } from '../test/room.ts'

let room: Room
beforeEach(async () => {
  room = await aRoom()
  const titles = 'while IFS= read -r title; do printf "\\033]2;%s\\007" "$title"; done'
  await room.start('agt_a', ['sh', '-c', titles])
})
afterEach(() => room.close())

const markedAt = () => statSync(room.terminals.titleMark('agt_a') ?? '', { bigint: true }).mtimeNs

/** The program sets a title; resolves once tmux has it. */
async function say(title: string): Promise<void> {
  await room.terminals.sendKeys('agt_a', Buffer.from(`${title}\r`))
  await expect
    .poll(() => room.tmux('agt_a', 'display-message', '-p', '#{pane_title}').trim(), SOON)
    .toBe(title)
}

test('a title that changes is marked, one that is set again or turns its spinner is not', async () => {
  const atFirst = markedAt()
  await say('⠋ counting, up')
  const counting = markedAt()
  expect(counting).toBeGreaterThan(atFirst)

  for (const spinner of ['⠙', '⣾', '⠋']) await say(`${spinner} counting, up`)
  expect(markedAt()).toBe(counting)

  await say('counting, up')
  expect(markedAt()).toBeGreaterThan(counting)
})

test('C10 a hostile title is compared, never expanded and never run', async () => {
  const pwned = join(room.dir, 'pwned')
  for (const title of [
    `#(touch ${pwned})`,
    `'; run-shell 'touch ${pwned}`,
    `} ; run-shell "touch ${pwned}" ; {`,
    `#{T:#(touch ${pwned})},#{s/x/y/`,
  ]) {
    const before = markedAt()
    await say(title)
    expect(markedAt()).toBeGreaterThan(before)
    const kept = room.tmux('agt_a', 'show-options', '-gv', '@tutti-title')
    expect(kept.trimEnd()).toBe(title)
  }
  expect(existsSync(pwned)).toBe(false)
})

test('the mark goes with the session', async () => {
  const mark = room.terminals.titleMark('agt_a') ?? ''
  expect(existsSync(mark)).toBe(true)

  await room.terminals.stop('agt_a', { graceMs: 100 })

  expect(existsSync(mark)).toBe(false)
})
