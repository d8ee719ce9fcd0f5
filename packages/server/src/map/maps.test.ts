// The code map behind the API: real processes, real folders, and nobody asks about what is not theirs.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, type Agent } from '@tutti/core'
import { afterEach, expect, test } from 'vitest'
import type { Context, Log } from '../handler.ts'
import { createMaps, type Maps } from './maps.ts'
import { repositoryOf } from './repository.ts'

const open: { maps: Maps; folder: string }[] = []
afterEach(async () => {
  for (const { maps, folder } of open.splice(0)) {
    await maps.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

interface Seen {
  event: string
  fields: Record<string, unknown> | undefined
}

function aRoom(agents: readonly Agent[] = []) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-maps-')))
  const shop = join(folder, 'shop')
  mkdirSync(join(shop, '.git'), { recursive: true })
  writeFileSync(join(shop, 'price.ts'), 'export const price = (n: number) => n * 2\n')
  writeFileSync(
    join(shop, 'cart.ts'),
    `import { price } from './price.ts'\nexport const total = () => price(1)\n`,
  )
  const seen: Seen[] = []
  const write = (event: string, fields?: Record<string, unknown>) => void seen.push({ event, fields })
  const log: Log = { info: write, warn: write, error: write }
  const maps = createMaps({
    dataFolder: join(folder, 'data'),
    env: process.env,
    log,
    folderFor: (path) => Promise.resolve(path),
    allowedFolders: () => [folder],
    agents: () => agents.map((one) => ({ ...one, folder: shop })),
  })
  open.push({ maps, folder })
  return { folder, shop, maps, seen }
}

// The handlers read nothing of a context but who asks.
const asked = (agentId: Agent['id'] | null = null): Context => ({ actor: { agentId } }) as Context // oxlint-disable-line typescript/no-unsafe-type-assertion
const anAgent = (): Agent =>
  ({
    id: newId('agent', 0, (n) => Buffer.alloc(n, 7)),
    name: 'shop-back',
  }) as unknown as Agent // oxlint-disable-line typescript/no-unsafe-type-assertion

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error('it did not come true within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a question is answered with file and line, and a save changes the answer', async () => {
  const { shop, maps } = aRoom()
  const ask = () =>
    Promise.resolve(maps.handlers.mapCallers({ folder: shop, tokens: 1000, symbol: 'price' }, asked()))
  expect((await ask()).text).toContain('cart.ts:2  calls total')

  writeFileSync(
    join(shop, 'sale.ts'),
    `import { price } from './price.ts'\nexport function sale() {\n  return price(2)\n}\n`,
  )

  await until(async () => (await ask()).text.includes('sale.ts:3  calls sale'))
})

test('an unknown symbol is a fault that names what is near', async () => {
  const { shop, maps } = aRoom()
  await expect(
    maps.handlers.mapImpact({ folder: shop, tokens: 1000, symbol: 'pric', depth: 3 }, asked()),
  ).rejects.toMatchObject({ code: 'code.symbol-unknown', details: { near: 'price.ts:price' } })
})

test('C31 an agent questions its own folder only, and needs to name none', async () => {
  const agent = anAgent()
  const { folder, shop, maps } = aRoom([agent])

  const own = await maps.handlers.mapSearch({ tokens: 1000, words: 'total' }, asked(agent.id))
  expect(own).toMatchObject({ folder: shop, text: expect.stringContaining('cart.ts:2') })

  const foreign = maps.handlers.mapSearch({ folder, tokens: 1000, words: 'total' }, asked(agent.id))
  await expect(foreign).rejects.toMatchObject({ code: 'map.foreign-folder' })
})

test('working copies of one repository share one index', () => {
  const { folder } = aRoom()
  const main = join(folder, 'main')
  mkdirSync(main)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: main, stdio: 'pipe' })
  git('init', '-q')
  git('commit', '-q', '--allow-empty', '-m', 'begin')
  git('worktree', 'add', '-q', join(folder, 'side'))

  const [one, other] = ['main', 'side'].map((name) => repositoryOf(join(folder, name), [folder]))

  expect(one?.key).toBe(other?.key)
  expect([one?.root, other?.root]).toEqual([main, join(folder, 'side')])
})

test('the picture has files, uses between them and what changed', async () => {
  const { shop, maps } = aRoom()
  const picture = await maps.handlers.mapPicture({ folder: shop }, asked())
  expect(picture.files.map((one) => one.path)).toEqual(['cart.ts', 'price.ts'])
  expect(picture.edges).toEqual([{ from: 0, to: 1, count: 2 }])
})
