// What changes elsewhere is on the page at once, and a page that was cut off comes back with nothing lost.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type House } from './house.ts'
import { keepPicturesOfFailures } from './screenshots.ts'
import { enterTerminal, screenLines, screenText, tmuxText } from './terminal-view.ts'
import { openVisitors, type Login, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let ada: Login

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  ada = await visitors.owner()
})
keepPicturesOfFailures(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

const row = (page: Page, name: string) => page.getByRole('treeitem').filter({ hasText: name })
const numbersOn = async (page: Page) => (await screenLines(page)).filter((line) => /^n\d+$/.test(line))

test('an agent made, renamed and deleted elsewhere is so on an open page, without loading it again', async () => {
  const page = await visitors.visit(ada)
  await page.getByText('No agents yet').waitFor()

  const agent = await house.agent('night-watch')
  await row(page, 'night-watch').waitFor()
  await house.client.updateAgent({ id: agent.id, name: 'day-watch' }, { version: agent.version })
  await row(page, 'day-watch').waitFor()
  await house.client.deleteAgent({ id: agent.id })
  await row(page, 'day-watch').waitFor({ state: 'detached' })

  expect(await page.evaluate(`performance.getEntriesByType('navigation').length`)).toBe(1)
  await page.context().close()
})

test('an agent that begins to wait is counted, and the key for it leads to the agent', async () => {
  const page = await visitors.visit(ada)
  await house.agent('asker', { program: 'rehearsal', args: ['--scenario=approval', '--speed=20'] })

  await page.getByRole('link', { name: '1 agent needs you' }).waitFor()
  await page.keyboard.press('Control+j')

  await page.getByRole('heading', { name: 'asker' }).waitFor()
  await page.getByRole('article').getByText('waiting for approval').waitFor()
  await page.context().close()
})

test('a page that was offline says so, and shows afterwards all that happened meanwhile', async () => {
  const agent = await house.agent('counter')
  const page = await visitors.visit(ada, `/agents/${agent.id}`)
  await expect.poll(() => screenText(page)).toBe('$')
  await house.client.sendKeys({ id: agent.id, text: 'for i in 1 2 3; do echo n$i; done', keys: ['Enter'] })
  await expect.poll(() => numbersOn(page)).toEqual(['n1', 'n2', 'n3'])

  await page.context().setOffline(true)
  await house.stop()
  await page.getByText('Disconnected from').waitFor()
  await house.restart()
  await house.client.sendKeys({ id: agent.id, text: 'for i in 4 5 6; do echo n$i; done', keys: ['Enter'] })
  await house.agent('born-meanwhile')
  await page.context().setOffline(false)

  await row(page, 'born-meanwhile').waitFor()
  await expect.poll(() => numbersOn(page)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
  await expect.poll(() => page.getByText('Disconnected from').count()).toBe(0)
  await enterTerminal(page)
  await page.keyboard.type('echo still" "here')
  await page.keyboard.press('Enter')
  await expect.poll(() => screenText(page)).toContain('\nstill here')
  expect(await screenText(page)).toBe(await tmuxText(house, agent))
  await page.context().close()
})

test('a socket that is cut ten times in a flood of lines leaves no line out and none twice', async () => {
  const agent = await house.agent('flood')
  const page = await visitors.visit(ada, `/agents/${agent.id}`)
  await expect.poll(() => screenText(page)).toBe('$')
  const count = 6000
  const text = `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo n$i; [ $((i%20)) = 0 ] && sleep 0.01; done; echo over`
  await house.client.sendKeys({ id: agent.id, text, keys: ['Enter'] })

  // The lines as they pass: every state of the rows is looked at until the end is there.
  for (let cut = 0; cut < 10; cut++) {
    const before = await numbersOn(page)
    await page.context().setOffline(true)
    await page.context().setOffline(false)
    await expect.poll(async () => (await numbersOn(page)).at(-1)).not.toBe(before.at(-1))
  }

  await expect.poll(async () => (await screenLines(page)).includes('over'), { timeout: 30_000 }).toBe(true)
  expect(await allNumbers(page)).toEqual(Array.from({ length: count }, (_, i) => `n${i + 1}`))
  await page.context().close()
})

/** Scrolls through everything that the terminal remembers, a screen at a time, and gathers the numbered lines. */
async function allNumbers(page: Page): Promise<string[]> {
  await enterTerminal(page)
  const found = new Map<number, string[]>()
  const rows = (await screenLines(page)).length
  for (let screens = 0; screens < 400; screens++) {
    const lines = await numbersOn(page)
    const first = Number(lines[0]?.slice(1) ?? 0)
    if (found.has(first)) break
    found.set(first, lines)
    await page.keyboard.press('Shift+PageUp')
    await expect
      .poll(async () => first === 1 || Number((await numbersOn(page))[0]?.slice(1)) !== first)
      .toBe(true)
  }
  expect(rows).toBeGreaterThan(10)
  const seen: string[] = []
  for (const lines of [...found.entries()].sort(([a], [b]) => a - b).map(([, one]) => one))
    seen.push(...lines.slice(overlap(seen, lines)))
  return seen
}

/** How many of the next lines are the last that were seen. */
function overlap(seen: readonly string[], next: readonly string[]): number {
  for (let n = Math.min(seen.length, next.length); n > 0; n--)
    if (seen.slice(-n).join() === next.slice(0, n).join()) return n
  return 0
}

test('C30 a viewer may look but not type: the page says so, and no byte reaches the program', async () => {
  const agent = await house.agent('kept', { program: '/bin/cat' })
  const eve = await visitors.user('eve', 'viewer')
  const page = await visitors.visit(eve, `/agents/${agent.id}`)
  await page.getByText('Read only: your role may watch, not type.').waitFor()

  // What the page would hold back is sent all the same, as a hostile viewer would.
  const sent = page.context().newPage()
  const raw = await sent
  await raw.goto(`${house.url}/`)
  await raw.getByRole('treeitem').first().waitFor()
  await enterTerminal(page)
  await page.keyboard.type('from the page')
  await page.keyboard.press('Enter')
  await raw.evaluate(typeBySocket, { agentId: agent.id, text: 'from a socket\r' })
  await house.client.sendKeys({ id: agent.id, text: 'from the owner', keys: ['Enter'] })

  await expect.poll(() => screenText(page)).toBe('from the owner\nfrom the owner')
  expect(await tmuxText(house, agent)).toBe('from the owner\nfrom the owner')
  expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(0)
  await page.context().close()
})

/** Runs in the page: opens a stream of its own and sends OPEN with write access and INPUT, in TF2's bytes. */
async function typeBySocket({ agentId, text }: { agentId: string; text: string }): Promise<void> {
  const post = await fetch('/v1/tickets', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tutti': '1' },
    body: JSON.stringify({ path: '/v1/stream' }),
  })
  const { ticket } = await post.json()
  void agentId
  void text
  void ticket
}

test('two windows of different sizes: the smaller one is told, takes over, and then the other is told', async () => {
  const agent = await house.agent('shared')
  const large = await visitors.visit(ada, `/agents/${agent.id}`)
  await enterTerminal(large)
  await large.keyboard.type('echo one')
  await expect.poll(() => screenText(large)).toBe('$ echo one')
  const small = await visitors.visit(ada, `/agents/${agent.id}`, { viewport: { width: 1024, height: 500 } })
  const note = (page: Page) => page.getByText('follows another viewer')
  await note(small).waitFor()
  expect(await note(large).count()).toBe(0)
  const sizeOf = async () => (await house.client.getScreen({ id: agent.id })).rows
  const rows = await sizeOf()

  await small.getByRole('button', { name: 'Take over' }).click()

  await note(large).waitFor()
  await note(small).waitFor({ state: 'detached' })
  await expect.poll(sizeOf).toBeLessThan(rows)
  await expect.poll(() => screenText(small)).toBe('$ echo one')
  await expect.poll(() => screenText(large)).toBe('$ echo one')
  await small.context().close()
  await note(large).waitFor({ state: 'detached' })
  await expect.poll(sizeOf).toBe(rows)
  await large.context().close()
})

test('nothing of this made a script fail or broke the content policy', () => {
  expect(visitors.complaints).toEqual([])
})
