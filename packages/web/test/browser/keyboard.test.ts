// The main flows without a mouse: what cannot be done by keys alone fails here.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { screenText } from './terminal-view.ts'
import { DESKTOP, PASSWORD, listen, openVisitors, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let page: Page
let api: Agent

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  await visitors.owner()
  api = await house.agent('shop-backend-api')
  await house.agent('shop-backend-worker')
  await house.agent('docs-site', { label: 'Handbook' })
  const context = await visitors.browser.newContext({ viewport: DESKTOP })
  context.setDefaultTimeout(40_000)
  page = await context.newPage()
  listen(page, visitors.complaints)
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key)
}
const leaveTerminal = () => press('Control+Shift+Period')
const heading = (name: string) => page.getByRole('heading', { name, level: 1 })
const focusedName = () =>
  page.evaluate(`(() => {
    const at = document.activeElement
    return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
  })()`)

/** Tab until the focus is on what has this name, as a person without a mouse does. */
async function tabTo(name: string): Promise<void> {
  for (let i = 0; i < 80; i++) {
    if ((await focusedName()) === name) return
    await press('Tab')
  }
  throw new Error(`80 times Tab did not reach "${name}"`)
}

/** Opens the palette, types and takes the first that fits. */
async function byPalette(words: string): Promise<void> {
  await press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type(words)
  await page.getByRole('option', { selected: true }).waitFor()
  await press('Enter')
  await page.getByRole('combobox').waitFor({ state: 'detached' })
}

test('logging in: the name has the focus, Tab goes on, Enter sends', async () => {
  await page.goto(house.url)
  await page.getByRole('button', { name: 'Log in', exact: true }).waitFor()
  await page.keyboard.type('ada')
  await press('Tab')
  await page.keyboard.type(PASSWORD)
  await press('Enter')

  const group = page.getByRole('treeitem', { name: /^shop-backend\b.*2 agents/ })
  await expect.poll(() => group.count()).toBe(1)
})

test('the palette opens an agent, and its terminal has the keyboard at once', async () => {
  await byPalette('shop-backend-api')
  await heading('shop-backend-api').waitFor()
  await expect.poll(() => screenText(page)).toBe('$')

  await page.keyboard.type('echo jk/?g w | tr a-z A-Z')
  await press('Enter')

  await expect.poll(() => screenText(page)).toContain('JK/?G W')
})

test('Ctrl and Shift with a full stop leaves the terminal, i goes back in', async () => {
  await leaveTerminal()
  await press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await press('i')
  await page.keyboard.type('echo b""ack')
  await press('Enter')

  await expect.poll(() => screenText(page)).toContain('\nback')
  await leaveTerminal()
})

test('the filter narrows the tree; j and Enter open from it', async () => {
  await press('/')
  await page.keyboard.type('handbook')
  await expect.poll(() => page.getByRole('treeitem').count()).toBeLessThanOrEqual(2)
  await press('Enter')
  await press('j', 'j', 'Enter')

  await heading('docs-site').waitFor()
  await leaveTerminal()
  await press('/', 'Escape')
  await expect.poll(() => page.getByRole('treeitem', { name: /^shop-backend\b.*2 agents/ }).count()).toBe(1)
})

test('a new agent is created from n to a running terminal', async () => {
  await press('Escape', 'n')
  await heading('New agent').waitFor()
  await page.keyboard.type('shop-frontend-web')
  await press('Tab')
  await page.keyboard.type(house.work)
  await press('Tab', 'Enter')
  await page.getByRole('dialog', { name: 'Choose a folder' }).waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // The dialog gives the focus back to the button that opened it.
  expect(await focusedName()).toBe('Choose…')
  await press('Tab')
  await page.getByRole('radio', { name: /^bash/ }).waitFor()
  await press('ArrowUp', 'Tab')
  await page.keyboard.type('/bin/cat')
  await press('Enter')
  await heading('shop-frontend-web').waitFor()
  await expect.poll(() => page.title()).toMatch(/^shop-frontend-web · .* · Tutti$/)
  await page.locator('.xterm-screen').waitFor()
  await page.keyboard.type('meow')
  await press('Enter')

  await expect.poll(() => screenText(page)).toBe('meow\nmeow')
  await leaveTerminal()
})

test('on the wall arrows move between screens and Enter opens one', async () => {
  await press('g', 'w')
  await heading('Wall').waitFor()
  const tiles = page.getByRole('list', { name: 'Live screens of all agents' }).getByRole('link')
  await expect.poll(() => tiles.count()).toBe(4)
  await press('j', 'ArrowRight')
  const chosen = await tiles.nth(1).getAttribute('href')
  await press('Enter')

  await expect.poll(() => new URL(page.url()).pathname).toBe(chosen)
  await leaveTerminal()
})

test('a backslash splits the view, and the palette fills the new pane', async () => {
  await byPalette('shop-backend-api')
  await heading('shop-backend-api').waitFor()
  await leaveTerminal()
  await press('\\')
  await page.getByText('Choose an agent for this pane').waitFor()
  await byPalette('shop-backend-worker')

  await heading('shop-backend-worker').waitFor()
  expect(await heading('shop-backend-api').count()).toBe(1)
  await leaveTerminal()
  await press('Control+\\')
  await expect.poll(() => page.getByRole('article').count()).toBe(1)
})

test('h hibernates the open agent and w wakes it again', async () => {
  await byPalette('shop-backend-api')
  await heading('shop-backend-api').waitFor()
  await leaveTerminal()
  await press('h')
  await page.getByRole('heading', { name: 'Hibernated' }).waitFor()
  await expect.poll(async () => (await house.client.getAgent({ id: api.id })).session).toBeNull()
  await press('w')

  await expect.poll(async () => (await house.client.getAgent({ id: api.id })).session).not.toBeNull()
  await expect.poll(() => screenText(page)).toBe('$')
})

test('renaming from the palette regroups the tree', async () => {
  await leaveTerminal()
  await byPalette('shop-backend-api rename')
  await page.getByRole('dialog', { name: 'Rename shop-backend-api' }).waitFor()
  await press('Control+a')
  await page.keyboard.type('store-backend-api')
  await press('Enter')

  await heading('store-backend-api').waitFor()
  await expect
    .poll(() => page.getByRole('treeitem').allTextContents())
    .toContainEqual(expect.stringContaining('store'))
  expect((await house.client.getAgent({ id: api.id })).name).toBe('store-backend-api')
})

test('z brings back what was deleted', async () => {
  await byPalette('store-backend-api delete')
  await page.getByText('Deleted store-backend-api.').waitFor()
  await expect.poll(async () => (await house.client.getAgent({ id: api.id })).deletedAt).not.toBeNull()
  await leaveTerminal()
  await press('z')

  await expect.poll(async () => (await house.client.getAgent({ id: api.id })).deletedAt).toBeNull()
  await heading('store-backend-api').waitFor()
})

test('an API token is made in the settings', async () => {
  await leaveTerminal()
  await press('g', 's')
  await page.getByRole('heading', { name: 'API tokens' }).waitFor()
  await tabTo('New token…')
  await press('Enter')
  await page.getByRole('dialog', { name: 'New API token' }).waitFor()
  await page.keyboard.type('laptop')
  await press('Enter')

  await page.getByRole('dialog', { name: 'Your new token' }).waitFor()
  expect((await house.client.listTokens({ all: true })).map(({ label }) => label)).toEqual(['laptop'])
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('logging out shows the door again', async () => {
  await tabTo('Log out')
  await press('Enter')

  await page.getByRole('button', { name: 'Log in', exact: true }).waitFor()
  expect(visitors.complaints).toEqual([])
})
