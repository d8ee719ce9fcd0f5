// Starts, finds and stops real processes that keep the agreement with the daemon.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { anIo } from '../test/support.ts'
import { processes } from './spawn.ts'
import type { Io } from './io.ts'

const ended: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

/** A machine of its own: a data folder, the stand-in daemon, and real processes. */
function aMachine(more: Partial<Io> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-cli-'))
  const made = anIo(null, {
    env: { ...process.env, TUTTI_DATA: join(folder, 'data'), TUTTI_LOGS: join(folder, 'logs') },
    processes,
    layout: {
      root: '/',
      daemon: join(import.meta.dirname, '../test/fake-daemon.ts'),
      map: '/map-once.js',
      web: '/web',
    },
    readFile: (path) => {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return null
      }
    },
    ...more,
  })
  ended.push(async () => {
    await made.run('down')
    rmSync(folder, { recursive: true, force: true })
  })
  return { ...made, folder }
}

describe('tutti up and down', () => {
  test('start the daemon once, print its link, and stop it', async () => {
    const { run, printed } = aMachine()
    expect(await run('up')).toBe(0)
    expect(printed.out).toMatch(/^Tutti runs at http:\/\/127\.0\.0\.1:\d+\n/)
    expect(printed.out).toMatch(/\/#setup=abcdefghijklmnop\n/)

    printed.out = ''
    expect(await run('up', '--json')).toBe(0)
    expect(JSON.parse(printed.out)).toMatchObject({ started: false, owned: false })

    expect(await run('up', '--port', '4')).toBe(5)
    expect(printed.err).toMatch(/runs already at .*, with other options\. Stop it first/)

    printed.out = ''
    expect(await run('open', '--qr')).toBe(0)
    expect(printed.out).toContain('▄')
    expect(await run('restore', 'x', '--yes')).toBe(5)

    printed.out = ''
    expect(await run('down')).toBe(0)
    expect(await run('down')).toBe(0)
    expect(printed.out).toBe('Tutti has stopped. Its agents live on.\nTutti does not run.\n')
    expect(await run('status')).toBe(3)
  })

  test('say why the daemon refused to start', async () => {
    const { run, printed } = aMachine()
    expect(await run('up', '--port', '1')).toBe(1)
    expect(printed.err).toBe('tutti: tmux 3.2 or newer is needed.\n')
  })

  test('name a log folder that takes no file', async () => {
    const { run, printed, folder } = aMachine()
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be')
    expect(await run('up')).toBe(1)
    expect(printed.err).toContain(`The log folder ${join(folder, 'logs')} cannot be written`)
  })

  test('leave no process behind that never answers', async () => {
    const interrupt = new AbortController()
    const { run, folder } = aMachine({ signal: interrupt.signal })
    const code = run('up', '--port', '2')
    const pidFile = join(folder, 'data/silent.pid')
    await expect.poll(() => existsSync(pidFile), { timeout: 40_000 }).toBe(true)
    const pid = Number(readFileSync(pidFile, 'utf8'))

    interrupt.abort()

    expect(await code).toBe(130)
    await expect.poll(() => processes.isAlive(pid), { timeout: 40_000 }).toBe(false)
  })

  test('in the foreground stop it at Ctrl-C', async () => {
    const interrupt = new AbortController()
    const { run, printed } = aMachine({ signal: interrupt.signal, outTty: true })
    const code = run('up', '--foreground')
    await expect.poll(() => printed.out, { timeout: 40_000 }).toContain('Ctrl-C stops it')

    interrupt.abort()

    expect(await code).toBe(0)
    expect(printed.out).toContain('Tutti has stopped. Its agents live on.')
    expect(printed.err).toBe('')
  })
})

describe('while the daemon is down', () => {
  test('doctor, backup, restore and audit verify ask its entry', async () => {
    const { run, printed, folder } = aMachine()
    expect(await run('doctor')).toBe(7)
    expect(printed.out).toContain('✕ state file')
    expect(printed.out).toContain(join(folder, 'data/tutti.db'))
    expect(await run('backup', 'here.tar')).toBe(0)
    expect(printed.out).toContain('Saved /home/ada/shop/here.tar (1.4 kB)')
    expect(await run('audit', 'verify')).toBe(0)
    expect(await run('restore', 'good', '--yes')).toBe(0)
    expect(await run('restore', 'bad', '--yes')).toBe(7)
    expect(printed.err).toBe('tutti: The backup is damaged.\n')
  })
})
