// What changes elsewhere is on the page at once, and a page that was cut off comes back with nothing lost.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
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
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

/** Keeps the page's sockets where a test can cut them. */
const KEEP_SOCKETS = `
  window.testSockets = new Set()
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given)
      window.testSockets.add(this)
      this.addEventListener('close', () => window.testSockets.delete(this))
    }
  }`
const CUT_SOCKETS = `for (const socket of window.testSockets) socket.close()`

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

test('an agent that begins to wait is counted, and the keys for it lead to the agent', async () => {
  const page = await visitors.visit(ada)
  await house.agent('asker', { program: 'rehearsal', args: ['--scenario=approval', '--speed=20'] })

  await page.getByRole('link', { name: '1 agent needs you' }).waitFor()
  await page.keyboard.press('Control+j')
  await page.locator('[data-card][data-at]').filter({ hasText: 'asker' }).waitFor()
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'asker' }).waitFor()
  const state = page.getByRole('article').getByText('waiting for approval')
  await expect.poll(() => state.count()).toBe(1)
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
  const page = await visitors.visit(ada)
  await page.addInitScript(KEEP_SOCKETS)
  await page.goto(`${house.url}/agents/${agent.id}`)
  await expect.poll(() => screenText(page)).toBe('$')
  const batch = 100
  const text = `i=0; while read -r go; do j=0; while [ $j -lt ${batch} ]; do i=$((i+1)); j=$((j+1)); echo n$i; done; done`
  await house.client.sendKeys({ id: agent.id, text, keys: ['Enter'] })
  const last = async () => (await numbersOn(page)).at(-1)

  for (let cut = 1; cut <= 10; cut++) {
    await house.client.sendKeys({ id: agent.id, keys: ['Enter'] })
    await page.evaluate(CUT_SOCKETS)
    await expect.poll(last).toBe(`n${cut * batch}`)
  }

  const count = 10 * batch
  expect(await allNumbers(page)).toEqual(Array.from({ length: count }, (_, i) => i + 1))
  await page.context().close()
})

/** Scrolls back to the first line, a screen at a time; each screen shares a line with the one before it. */
async function allNumbers(page: Page): Promise<number[]> {
  await enterTerminal(page)
  const seen = new Set<number>()
  for (;;) {
    const shown = (await numbersOn(page)).map((line) => Number(line.slice(1)))
    const [first = 0] = shown
    // Nothing left out and nothing doubled inside a screen; with the shared lines, that holds for all of it.
    expect(shown).toEqual(shown.map((_, i) => first + i))
    for (const n of shown) seen.add(n)
    if (first <= 1) return [...seen].sort((x, y) => x - y)
    await page.keyboard.press('Shift+PageUp')
    await expect.poll(async () => (await numbersOn(page))[0]).not.toBe(`n${first}`)
  }
}

test('C30 a viewer may look but not type: the page says so, and no byte reaches the program', async () => {
  const agent = await house.agent('kept', { program: '/bin/cat' })
  const eve = await visitors.user('eve', 'viewer')
  const page = await visitors.visit(eve, `/agents/${agent.id}`)
  await page.getByText('Read only: your role may watch, not type.').waitFor()

  await enterTerminal(page)
  await page.keyboard.type('from the page')
  await page.keyboard.press('Enter')
  await house.client.sendKeys({ id: agent.id, text: 'from the owner', keys: ['Enter'] })

  await expect.poll(() => screenText(page)).toBe('from the owner\nfrom the owner')
  expect(await tmuxText(house, agent)).toBe('from the owner\nfrom the owner')
  expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(0)
  await page.context().close()
})

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
