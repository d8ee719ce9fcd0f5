// Types and pastes into real programs: what arrives is what was sent, and text never becomes a command.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Room } from '../test/room.ts'
import { SOON, aRoom } from '../test/room.ts'
import { createTmux } from './tmux.ts'
import { openControl } from './control-client.ts'

let room: Room
afterEach(() => room.close())

// Writes what it reads to a file, byte for byte, after it has said what it wants of the terminal.
async function aReader(wish = ''): Promise<() => string> {
  room = await aRoom()
  const path = join(room.dir, 'got')
  await room.start('agt_a', ['sh', '-c', `stty raw -echo; printf '${wish}READY'; exec cat > ${path}`])
  await expect.poll(() => room.terminals.capture('agt_a', { lines: 2 }), SOON).toEqual(['READY'])
  return () => (existsSync(path) ? readFileSync(path, 'utf8') : '')
}

describe('typing', () => {
  test('brings all 256 bytes to the program', async () => {
    room = await aRoom()
    const path = join(room.dir, 'got')
    await room.start('agt_a', ['sh', '-c', `stty raw -echo; printf READY; exec cat > ${path}`])
    await expect.poll(() => room.terminals.capture('agt_a', { lines: 2 }), SOON).toEqual(['READY'])
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

    await room.terminals.sendKeys('agt_a', all)

    await expect.poll(() => readFileSync(path).toString('hex'), SOON).toBe(all.toString('hex'))
  })

  test('keeps the order of keys and pastes of a viewer', async () => {
    const got = await aReader()
    const viewer = room.view('agt_a')

    for (let n = 0; n < 20; n++) {
      viewer.type(`k${n},`)
      viewer.paste(`p${n},`)
    }

    const expected = Array.from({ length: 20 }, (_, n) => `k${n},p${n},`).join('')
    await expect.poll(got, SOON).toBe(expected)
  })
})

test('typing that began while the session was still being attached keeps its order', async () => {
  room = await aRoom()
  const path = join(room.dir, 'got')
  await room.start('agt_a', ['sh', '-c', `stty raw -echo; exec cat > ${path}`])
  await expect.poll(() => existsSync(path), SOON).toBe(true)
  const viewer = room.view('agt_a')
  const keys = Array.from({ length: 60 }, (_, n) => `${n},`)

  for (const key of keys) {
    viewer.type(key)
    // The pace of a fast hand: some keys come before tmux has answered, some after.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }

  await expect.poll(() => readFileSync(path, 'utf8'), SOON).toBe(keys.join(''))
})

describe('pasting', () => {
  test('marks the text for a program that asked for it', async () => {
    const got = await aReader(String.raw`\033[?2004h`)

    await room.terminals.paste('agt_a', 'one\ntwo')

    await expect.poll(got, SOON).toBe('\u001b[200~one\rtwo\u001b[201~')
  })

  test('sends plain text to one that did not', async () => {
    const got = await aReader()

    await room.terminals.paste('agt_a', 'one\ntwo 😀')

    await expect.poll(got, SOON).toBe('one\rtwo 😀')
  })

  test('brings 100 kB with emoji whole, and leaves no buffer behind', async () => {
    const got = await aReader()
    const text = 'line with 😀 and 中 "quotes" $HOME `id` \\ ; #{pid} ~\n'.repeat(2000)

    await room.terminals.paste('agt_a', text)

    await expect.poll(() => got().length, SOON).toBe(text.length)
    expect(got()).toBe(text.replaceAll('\n', '\r'))
    expect(room.tmux('agt_a', 'list-buffers')).toBe('')
  })

  test('C28 cannot end the paste, press a key or run a command in a shell', async () => {
    room = await aRoom()
    const marker = join(room.dir, 'marker')
    await room.start('agt_a', ['sh'])
    const hostile = [
      `\u001b[201~touch ${marker}\u0003\u0015`,
      `x\u0085touch ${marker}`,
      `$(touch ${marker}) ; \u2028touch ${marker}`,
    ]

    for (const text of hostile) await room.terminals.paste('agt_a', text.replaceAll(/[\r\n]/g, ''))
    await room.terminals.paste('agt_a', 'end of paste')

    await expect
      .poll(async () => (await room.terminals.capture('agt_a', { lines: 9 })).join(''), SOON)
      .toContain('end of paste')
    expect(existsSync(marker)).toBe(false)
  })
})

describe('a tmux argument', () => {
  test('survives quoting, whatever it holds', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const tmux = createTmux({ PATH: process.env['PATH'], LANG: 'C.UTF-8' })
    const events = { output: () => {}, notice: () => {}, closed: () => {} }
    const control = await openControl(
      { tmux, socketPath: join(room.dir, 'agt_a.sock'), sessionId: '$0' },
      events,
    )
    const nasty = fc.constantFrom(
      '"',
      "'",
      '\\',
      '$',
      '#{pid}',
      ';',
      ' ; kill-server',
      '~',
      '{',
      '}',
      '%end',
      '\t',
      '\u001b',
      '\r',
      '\n',
      '😀',
    )
    const text = fc.string({ unit: fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 3 })) })

    await fc.assert(
      fc.asyncProperty(
        text.map((each) => each.toWellFormed().replaceAll('\0', '')),
        async (value) => {
          const [, shown = []] = await control.request([
            ['set-environment', '-g', 'X', value],
            ['show-environment', '-g', 'X'],
          ])
          expect(shown.map(String).join('\n')).toBe(`X=${value}`)
        },
      ),
      { numRuns: 300 },
    )
    control.close()
  })
})
