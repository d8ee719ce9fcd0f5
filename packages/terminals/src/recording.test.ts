// Records real sessions, and reads the files as a player does.
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Room } from '../test/room.ts'
import { SOON, aRoom, anEmulator, screenOf } from '../test/room.ts'
import { indexRecording, searchRecording } from './index.ts'

let room: Room
afterEach(() => room.close())

const failed = (error: unknown): void => {
  throw error
}

async function aRecording(argv: string[]) {
  room = await aRoom()
  await room.start('agt_a', argv)
  const path = join(room.dir, 'a.cast')
  return { path, recording: await room.terminals.record('agt_a', { path, title: 'a | b', failed }) }
}

// Plays a whole file and says what is on the screen at the end.
async function played(path: string, from = 0): Promise<string> {
  const terminal = anEmulator(80, 24)
  const events = readFileSync(path)
    .subarray(from)
    .toString()
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  for (const event of events) {
    if (!Array.isArray(event)) continue
    const [, code, data] = event.map(String)
    if (code === 'o') await new Promise<void>((resolve) => terminal.write(data ?? '', resolve))
    if (code === 'r') terminal.resize(Number(data?.split('x')[0]), Number(data?.split('x')[1]))
  }
  return screenOf(terminal)
}

describe('a recording', () => {
  test('plays to the screen that was there, sizes included', async () => {
    const { path, recording } = await aRecording(['sh', '-c', 'echo before; exec cat'])
    const viewer = room.view('agt_a', { cols: 60, rows: 20 })
    viewer.type('hello ü 中\r')
    await expect.poll(() => viewer.screen(), SOON).toContain('hello ü 中\nhello ü 中')

    await recording.stop()

    expect(await played(path)).toBe('before\nhello ü 中\nhello ü 中')
    expect(readFileSync(path, 'utf8')).toContain('"r","60x20"')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('is on the disk while it goes on', async () => {
    const { path, recording } = await aRecording(['cat'])

    await room.terminals.sendKeys('agt_a', Buffer.from('soon there\r'))

    await expect.poll(() => readFileSync(path, 'utf8'), SOON).toContain('soon there')
    await recording.stop()
  })

  test('is read up to the point where it was cut off', async () => {
    const { path, recording } = await aRecording(['sh', '-c', 'echo here; exec cat'])
    await recording.stop()
    const { size } = statSync(path)
    appendFileSync(path, '[9.5,"o","torn')

    const index = await indexRecording(path)

    expect(index).toMatchObject({ width: 80, height: 24, title: 'a | b', sizeBytes: size })
    expect(index?.durationMs).toBeLessThan(9000)
  })

  test('is played from any of its pictures', async () => {
    const { path, recording } = await aRecording(['sh', '-c', 'echo here; exec cat'])
    await recording.stop()

    const index = await indexRecording(path)

    expect(index?.pictures).toHaveLength(1)
    expect(await played(path, index?.pictures[0]?.offset)).toBe('here')
  })

  test('is searched without regard to case and colours', async () => {
    const script = String.raw`printf 'one\ntwo \033[31mRed\033[0m fox\n'; exec cat`
    const { path, recording } = await aRecording(['sh', '-c', script])
    await room.terminals.sendKeys('agt_a', Buffer.from('find me\r'))
    await expect.poll(() => room.terminals.capture('agt_a', { lines: 9 }), SOON).toContain('find me')
    await recording.stop()

    expect(await searchRecording(path, 'red FOX')).toMatchObject([{ line: 'two Red fox' }])
    expect((await searchRecording(path, 'find me')).length).toBeGreaterThan(0)
    expect(await searchRecording(path, 'nowhere')).toEqual([])
  })

  test('refuses to write over a file', async () => {
    const { path, recording } = await aRecording(['cat'])

    await expect(room.terminals.record('agt_a', { path, title: '', failed })).rejects.toThrow('EEXIST')
    await recording.stop()
  })

  test('that is none has no index', async () => {
    room = await aRoom()
    const path = join(room.dir, 'none')
    appendFileSync(path, 'hello\n')

    expect(await indexRecording(path)).toBeUndefined()
  })
})
