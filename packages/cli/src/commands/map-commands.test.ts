// The code map at the command line: alone where no daemon runs, by the daemon where one does.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fault } from '@tutti/core'
import { afterEach, describe, expect, test } from 'vitest'
import { aServer, anIo, endAll, noProcesses } from '../../test/support.ts'
import type { Io } from '../io.ts'
import { layoutOf } from '../layout.ts'
import { processes } from '../spawn.ts'

const folders: string[] = []
afterEach(() => {
  endAll()
  for (const one of folders.splice(0)) rmSync(one, { recursive: true })
})

function aFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const SHOP = {
  'src/tax.ts': 'export const tax = (net: number) => net * 0.19\n',
  'src/price.ts':
    "import { tax } from './tax.ts'\nexport function price(net: number) { return net + tax(net) }\n",
  'src/price.test.ts':
    "import { price } from './price.ts'\ntest('a price has its tax', () => { price(1) })\n",
}

/** Processes that answer as the map's would, and remember what they were asked. */
function aMapProcess() {
  const asked: Record<string, unknown>[] = []
  const collect: Io['processes']['collect'] = async (argv) => {
    asked.push(JSON.parse(argv.at(-1) ?? ''))
    return {
      code: 0,
      stdout: JSON.stringify({ folder: '/f', text: 'from the process', data: [] }),
      stderr: '',
    }
  }
  return { asked, processes: { ...noProcesses, collect } }
}

const ANSWER = { folder: '/f', text: 'from the daemon', data: [] }

describe('without a daemon', () => {
  test('a folder is indexed and its symbols are questioned, with nothing else set up', async () => {
    const cwd = aFolder(SHOP)
    const cache = aFolder({})
    const machine = () =>
      anIo(null, { cwd, processes, env: { ...process.env, XDG_CACHE_HOME: cache }, layout: layoutOf(CLI) })

    const index = machine()
    const indexed = await index.run('map', 'index', '.')
    const impact = machine()
    await impact.run('map', 'impact', 'src/tax.ts:tax')

    expect(indexed).toBe(0)
    expect(index.printed.out).toMatch(/^read 3, [^]*holds 3 files with 3 symbols/)
    expect(impact.printed.out).toContain('ring 1\n  function price  src/price.ts:2')
    expect(impact.printed.out).toContain('tests\n  src/price.test.ts')
  })

  test('what was typed is checked before a process is started', async () => {
    const { asked, processes: fake } = aMapProcess()
    const { run, printed } = anIo(null, { processes: fake })

    const codes = [
      await run('map', 'impact'),
      await run('map', 'impact', 'tax', '--depth', '99'),
      await run('map', 'cycles', 'circles'),
    ]

    expect(codes).toEqual([2, 2, 2])
    expect(printed.err).toContain('depth')
    expect(asked).toEqual([])
  })

  test('what the map refuses is told as the daemon tells it', async () => {
    const refusal = {
      fault: { code: 'code.symbol-unknown', details: { name: 'taxx', near: 'src/tax.ts:tax' } },
    }
    const { run, printed } = anIo(null, {
      processes: {
        ...noProcesses,
        collect: async () => ({ code: 0, stdout: JSON.stringify(refusal), stderr: '' }),
      },
    })

    expect(await run('map', 'callers', 'taxx')).toBe(6)
    expect(printed.err).toContain('near it are: src/tax.ts:tax')
  })

  test('a process that ends without an answer is a failure with its last words', async () => {
    const { run, printed } = anIo(null, {
      processes: {
        ...noProcesses,
        collect: async () => ({ code: 1, stdout: '', stderr: 'at x\nError: no room\n    at y\n' }),
      },
    })

    expect(await run('map', 'dead')).toBe(1)
    expect(printed.err).toContain('Error: no room')
  })
})

describe('with a daemon', () => {
  test('the daemon answers', async () => {
    const { asked, processes: fake } = aMapProcess()
    const { url } = await aServer({ mapDead: () => ANSWER })
    const { run, printed } = anIo(url, { processes: fake })

    expect(await run('map', 'dead')).toBe(0)
    expect(printed.out).toBe('from the daemon\n')
    expect(asked).toEqual([])
  })

  test.each([
    ['has not this folder', () => fault('folder.outside', { path: '/home/ada/shop', roots: '/srv' })],
    ['is gone and left its mark', undefined],
  ])('one that %s is not needed', async (_, refusal) => {
    const { asked, processes: fake } = aMapProcess()
    const { url } = await aServer({
      mapDead: () => {
        throw refusal?.() ?? new Error('not reached')
      },
    })
    const { run, printed } = anIo(refusal ? url : 'http://127.0.0.1:9', { processes: fake })

    expect(await run('map', 'dead', '--tokens', '100')).toBe(0)
    expect(printed.out).toBe('from the process\n')
    expect(asked).toMatchObject([{ name: 'dead', folder: '/home/ada/shop', args: [], tokens: 100 }])
  })

  test('one that was named is asked, and nobody in its place', async () => {
    const { asked, processes: fake } = aMapProcess()
    const { run } = anIo(null, { processes: fake })

    expect(await run('map', 'dead', '--url', 'http://127.0.0.1:9', '--token', 't')).toBe(3)
    expect(asked).toEqual([])
  })

  test('its other refusals are its answer', async () => {
    const { asked, processes: fake } = aMapProcess()
    const { url } = await aServer({
      mapCallers: () => {
        throw fault('code.symbol-unknown', { name: 'x', near: 'y' })
      },
    })
    const { run } = anIo(url, { processes: fake })

    expect(await run('map', 'callers', 'x')).toBe(6)
    expect(asked).toEqual([])
  })
})

const CLI = join(import.meta.dirname, '..', 'main.ts')
