// Holds the stream to its promise: no byte lost or doubled, whoever joins, leaves, lags or reads slowly.
import { afterEach, describe, expect, test } from 'vitest'
import type { Room } from '../test/room.ts'
import { SOON, aPlainTerminal, aRoom, everythingOf } from '../test/room.ts'

let room: Room
afterEach(() => room.close())

// For what moves megabytes while the machine has other work.
const LATER = { timeout: 50_000, interval: 20 }

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index)).join('\n')

// Waits for Enter, so that the viewers are there, then floods, says END, and stays.
const flood = (command: string): string[] => [
  'sh',
  '-c',
  `stty -echo; echo READY; read a; ${command}; echo END; exec cat`,
]

describe('a stream', () => {
  test('brings all of 200,000 lines to a viewer', { timeout: 60_000 }, async () => {
    room = await aRoom()
    await room.start('agt_a', flood('seq 1 200000'))
    const viewer = room.view('agt_a')
    await expect.poll(() => viewer.screen(), SOON).toContain('READY')

    viewer.kept = []
    viewer.type('\r')
    await expect.poll(() => viewer.text().endsWith('END\r\n'), LATER).toBe(true)

    expect(viewer.count('snapshot')).toBe(1)
    expect(viewer.text().replaceAll('\r', '')).toBe(`\n${numbers(1, 200_000)}\nEND\n`.trimStart())
  })

  test(
    'has no gap and no double line for viewers that join in the middle of a flood',
    { timeout: 60_000 },
    async () => {
      room = await aRoom()
      await room.start('agt_a', flood('seq 1 40000'))
      const first = room.view('agt_a')
      await expect.poll(() => first.screen(), SOON).toContain('READY')

      first.kept = []
      const isOver = () => first.text().includes('END')
      first.type('\r')
      const joiners = [first]
      while (!isOver() && joiners.length < 8) {
        const from = first.bytes
        await expect.poll(() => first.bytes > from || isOver(), { ...SOON, interval: 1 }).toBe(true)
        const joiner = room.view('agt_a')
        joiner.kept = []
        joiners.push(joiner)
      }
      await expect
        .poll(() => joiners.every(({ offset }) => offset > 0 && offset === first.offset) && isOver(), SOON)
        .toBe(true)

      for (const joiner of joiners) {
        await joiner.replay()
        const all = everythingOf(joiner.terminal).split('\n')
        const lines = all.filter((line) => /^\d+$/.test(line))
        expect(lines.join('\n')).toBe(numbers(Number(lines[0]), 40_000))
      }
      expect(joiners.length).toBeGreaterThan(3)
    },
  )

  test('R10 resumes at the byte after 25 forced reconnects in a flood', { timeout: 60_000 }, async () => {
    room = await aRoom()
    // About 2 MB/s, so that the drops fall into the middle of it.
    await room.start(
      'agt_a',
      flood('i=0; while [ $i -lt 60 ]; do seq $((i*5000+1)) $((i*5000+5000)); sleep 0.01; i=$((i+1)); done'),
    )
    let viewer = room.view('agt_a')
    await expect.poll(() => viewer.screen(), SOON).toContain('READY')
    const parts: Buffer[] = []
    const keep = (bytes: Uint8Array, kind: string): void => {
      expect(kind).toBe('data')
      parts.push(Buffer.from(bytes))
    }
    viewer.onData = keep
    viewer.type('\r')

    for (let drops = 0; drops < 25; drops++) {
      const from = viewer.bytes
      await expect.poll(() => viewer.bytes > from, { ...SOON, interval: 1 }).toBe(true)
      const { epoch, offset } = viewer
      viewer.close()
      viewer = room.view('agt_a', { resume: { epoch, offset } })
      viewer.offset = offset
      viewer.onData = keep
    }
    await expect.poll(() => parts.slice(-2).join('').includes('END'), LATER).toBe(true)

    const text = Buffer.concat(parts).toString().replaceAll('\r', '')
    expect(text.trim().replace(/\nEND$/, '')).toBe(numbers(1, 300_000))
  })

  test('starts anew with a snapshot where the resume point is of another epoch', async () => {
    room = await aRoom()
    await room.start('agt_a', ['sh', '-c', 'echo here; cat'])

    const viewer = room.view('agt_a', { resume: { epoch: 'old', offset: 0 } })

    await expect.poll(() => viewer.screen(), SOON).toBe('here')
    expect(viewer.last('snapshot')?.reason).toBe('join')
  })

  test('R8 keeps nothing for a viewer that never reads, and shows it the end when it does', async () => {
    room = await aRoom({ ringBytes: 256 * 1024 })
    await room.start('agt_a', flood('seq 1 150000'))
    const reading = room.view('agt_a')
    await expect.poll(() => reading.screen(), SOON).toContain('READY')
    const stuck = room.view('agt_a')
    stuck.isReading = false
    await expect.poll(() => stuck.count('snapshot'), SOON).toBe(1)

    reading.type('\r')
    await expect.poll(() => reading.screen(), SOON).toContain('END')
    expect(stuck.bytes).toBeLessThanOrEqual(256 * 1024)

    stuck.isReading = true
    stuck.grant(stuck.bytes)
    await expect.poll(() => stuck.screen(), SOON).toContain('END')
    expect(stuck.last('snapshot')?.reason).toBe('behind')
  })

  test('pictures a flood that is too fast, and ends with the exact screen and history', async () => {
    const slow = { burstBytes: 64 * 1024, refillBytesPerSecond: 64 * 1024 }
    room = await aRoom({ pane: slow, quiet: slow, probeBytes: 16 * 1024, floodPollMs: 20, floodProbe: 5 })
    await room.start('agt_a', flood('seq 1 400000'))
    const viewer = room.view('agt_a')
    await expect.poll(() => viewer.screen(), SOON).toContain('READY')

    viewer.type('\r')
    await expect.poll(() => viewer.screen(), SOON).toContain('END')

    // The first one and at least one of the flood: how many more is a matter of the machine.
    expect(viewer.count('snapshot')).toBeGreaterThan(1)
    const kept = () => everythingOf(viewer.terminal).split('\n').length
    await expect.poll(kept, SOON).toBeGreaterThan(19_000)
    const lines = everythingOf(viewer.terminal).split('\n')
    expect(lines.join('\n')).toBe(`${numbers(Number(lines[0]), 400_000)}\nEND`)
    viewer.type('after\r')
    await expect.poll(() => viewer.screen(), SOON).toContain('after')
  })

  test('holds loud programs back while there are several, loses nothing, and lets the last one run', async () => {
    const rates = { bytesPerSecond: 2_000_000, typingBytesPerSecond: 2_000_000 }
    room = await aRoom({ share: { ...rates, typingMs: 100 } })
    for (const id of ['agt_a', 'agt_b']) await room.start(id, flood('seq 1 300000'))
    const [one, two] = [room.view('agt_a'), room.view('agt_b')]
    const viewers = [one, two]
    for (const viewer of viewers) await expect.poll(() => viewer.screen(), SOON).toContain('READY')
    for (const viewer of viewers) viewer.kept = []

    const begun = performance.now()
    for (const viewer of viewers) viewer.type('\r')
    await expect.poll(() => Math.min(one.bytes, two.bytes), LATER).toBeGreaterThan(1_000_000)
    // A joiner does not wait for what was held back.
    const joiner = room.view('agt_a')
    await expect.poll(() => joiner.count('snapshot'), { timeout: 1000 }).toBe(1)
    for (const viewer of viewers) await expect.poll(() => viewer.text().endsWith('END\r\n'), LATER).toBe(true)

    expect(performance.now() - begun).toBeGreaterThan(1000)
    for (const viewer of viewers)
      expect(viewer.text().replaceAll('\r', '').trim()).toBe(`${numbers(1, 300_000)}\nEND`)
    one.type('after\r')
    await expect.poll(() => one.text().endsWith('after\r\n'), SOON).toBe(true)
  }, 60_000)

  test('C30 takes nothing from a read-only viewer', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const reader = room.view('agt_a', { access: 'read', cols: 60, rows: 20 })
    await expect.poll(() => reader.last('opened')?.access, SOON).toBe('read')

    reader.type('typed\r')
    reader.paste('pasted\r')
    reader.resize(50, 10)
    reader.take()
    const writer = room.view('agt_a')
    writer.type('done\r')

    await expect.poll(() => reader.screen(), SOON).toBe('done\ndone')
    expect(reader.last('state')).toMatchObject({ cols: 80, rows: 24, sizeOwner: 'viewer' })
  })

  test('goes on in a new epoch when the attachment breaks', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const viewer = room.view('agt_a')
    viewer.type('one\r')
    await expect.poll(() => viewer.screen(), SOON).toBe('one\none')

    room.tmux('agt_a', 'detach-client', '-s', '$0')

    await expect.poll(() => viewer.last('snapshot')?.reason, SOON).toBe('restart')
    viewer.type('two\r')
    await expect.poll(() => viewer.screen(), SOON).toBe('one\none\ntwo\ntwo')
  })

  test('leaves no attachment behind when a viewer comes and goes at once', async () => {
    room = await aRoom({ lingerMs: 0 })
    await room.start('agt_a', ['cat'])

    room.view('agt_a').close()
    const viewer = room.view('agt_a')
    await expect.poll(() => viewer.last('opened'), SOON).toBeDefined()

    expect(room.tmux('agt_a', 'list-clients').trim().split('\n')).toHaveLength(1)
    viewer.close()
    await expect.poll(() => room.tmux('agt_a', 'list-clients'), SOON).toBe('')
  })

  test('tells viewers of a session that is gone', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const viewer = room.view('agt_a')
    await expect.poll(() => viewer.last('opened'), SOON).toBeDefined()

    room.tmux('agt_a', 'kill-server')

    await expect.poll(() => viewer.last('exit'), SOON).toMatchObject({ code: null })
  })

  test('ends a while after the last viewer', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const viewer = room.view('agt_a')
    await expect.poll(() => room.tmux('agt_a', 'list-clients'), SOON).toContain('control')

    viewer.close()

    await expect.poll(() => room.tmux('agt_a', 'list-clients'), SOON).toBe('')
  })
})

describe('the size of a session', () => {
  test('is that of its first viewer', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])

    const viewer = room.view('agt_a', { cols: 91, rows: 31 })

    await expect
      .poll(() => viewer.last('state'), SOON)
      .toMatchObject({ cols: 91, rows: 31, sizeOwner: 'you', viewers: 1 })
    expect(viewer.last('snapshot')).toMatchObject({ cols: 91, rows: 31 })
  })

  test('follows the viewer that typed last, and the others see who decides', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const one = room.view('agt_a', { cols: 90, rows: 30 })
    await expect.poll(() => one.last('state'), SOON).toMatchObject({ cols: 90, sizeOwner: 'you' })
    const two = room.view('agt_a', { cols: 70, rows: 20 })
    await expect
      .poll(() => two.last('state'), SOON)
      .toMatchObject({ cols: 90, sizeOwner: 'viewer', viewers: 2 })

    two.type('x')

    await expect.poll(() => two.last('state'), SOON).toMatchObject({ cols: 70, rows: 20, sizeOwner: 'you' })
    expect(one.last('state')).toMatchObject({ cols: 70, rows: 20, sizeOwner: 'viewer' })
    one.resize(99, 40)
    two.close()
    await expect.poll(() => one.last('state'), SOON).toMatchObject({ cols: 99, rows: 40, sizeOwner: 'you' })
  })

  test('is that of a plain terminal that is used, until a viewer types', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const viewer = room.view('agt_a', { cols: 90, rows: 30 })
    await expect
      .poll(() => viewer.last('state'), SOON)
      .toMatchObject({ cols: 90, sizeOwner: 'you', outside: 0 })

    const terminal = aPlainTerminal(room.terminals.attachArgv('agt_a'), { cols: 70, rows: 20 })
    await expect
      .poll(() => viewer.last('state'), SOON)
      .toMatchObject({ cols: 70, rows: 20, sizeOwner: 'terminal', outside: 1 })
    viewer.type('x')
    await expect
      .poll(() => viewer.last('state'), SOON)
      .toMatchObject({ cols: 90, rows: 30, sizeOwner: 'you', outside: 1 })

    viewer.close()
    await expect
      .poll(() => room.tmux('agt_a', 'display-message', '-p', '#{window_width}').trim(), SOON)
      .toBe('70')
    terminal.kill()
    await expect.poll(() => room.terminals.isRunning('agt_a')).toBe(true)
  })

  test('goes back to a plain terminal when the last viewer leaves', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const viewer = room.view('agt_a', { cols: 90, rows: 30 })
    await expect.poll(() => viewer.last('state'), SOON).toMatchObject({ cols: 90 })

    viewer.close()

    await expect.poll(() => room.tmux('agt_a', 'show-options', '-w', 'window-size'), SOON).toBe('')
  })
})

describe('thumbnails', () => {
  test('show the screen, follow it, and have no say in its size', async () => {
    room = await aRoom({ thumbnailMs: 50 })
    await room.start('agt_a', ['sh', '-c', String.raw`printf '\033[31mred\033[0m\n'; exec cat`])
    const picture = room.view('agt_a', { kind: 'thumbnail', cols: 20, rows: 5 })

    await expect.poll(() => picture.last('thumbnail')?.lines[0], SOON).toBe('\u001b[31mred\u001b[0m')
    await room.terminals.sendKeys('agt_a', Buffer.from('more\r'))
    await expect.poll(() => picture.last('thumbnail')?.lines[2], SOON).toBe('more')

    expect(picture.last('thumbnail')).toMatchObject({ cols: 80, rows: 24 })
    picture.type('x')
    expect(await room.terminals.capture('agt_a', { lines: 9 })).toEqual(['red', 'more', 'more'])
  })
})
