// Everything by thumb: the same features on a phone, arranged for it, and touched rather than clicked.
import { devices } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BrowserContextOptions } from 'playwright-core'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { screenLines, screenText } from './terminal-view.ts'
import { PHONE, openVisitors, type Login, type Visitors } from './visitor.ts'

const { userAgent } = devices['Pixel 7']
const phone: BrowserContextOptions = { viewport: PHONE, hasTouch: true, isMobile: true, userAgent }

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

test('the bottom bar leads everywhere, and an agent is made by thumb', async () => {
  const page = await visitors.visit(ada, '/', phone)
  const bar = page.getByRole('navigation', { name: 'Main' })
  for (const name of ['Needs you', 'Wall', 'More', 'Agents']) await bar.getByRole('link', { name }).tap()
  await page.getByRole('button', { name: 'New agent' }).first().tap()
  await page.getByLabel('Name', { exact: true }).fill('pocket')
  await page.getByLabel('Working folder').fill(house.work)
  await page.getByRole('radio', { name: 'Another program…' }).check()
  await page.getByLabel('Command or full path').fill('/bin/cat')
  await page.getByRole('button', { name: 'Create agent' }).tap()

  await page.getByRole('heading', { name: 'pocket' }).waitFor()
  await page.locator('.xterm-screen').waitFor()
  expect(await house.client.listAgents({})).toMatchObject([{ name: 'pocket', folder: house.work }])
  await page.context().close()
})

test('the key bar sends Esc, Tab, Ctrl and arrows to the program', async () => {
  const agent = await house.agent('keys', {
    args: ['-c', 'stty -icanon -echo -isig -icrnl -ixon min 1; echo READY; exec od -An -tx1 -v -w1'],
  })
  const page = await visitors.visit(ada, `/agents/${agent.id}`, phone)
  await expect.poll(() => screenText(page)).toContain('READY')
  const keys = page.getByRole('toolbar', { name: 'Terminal keys' })

  for (const name of ['Esc', 'Tab', '↑', '⏎']) await keys.getByRole('button', { name, exact: true }).tap()
  await keys.getByRole('button', { name: 'Ctrl' }).tap()
  await page.locator('.xterm-screen').tap()
  await page.keyboard.type('c')

  const hex = async () =>
    (await screenLines(page)).filter((line) => /^ [0-9a-f]{2}$/.test(line)).map((one) => one.trim())
  await expect.poll(hex).toEqual(['1b', '09', '1b', '5b', '41', '0d', '03'])
  await page.context().close()
})

test('what needs you is counted in the bar and leads to the agent', async () => {
  await house.agent('asker', { program: 'rehearsal', args: ['--scenario=approval', '--speed=20'] })
  const page = await visitors.visit(ada, '/', phone)

  await page.getByRole('link', { name: 'Needs you 1 agent needs you' }).tap()
  await page.getByRole('link', { name: /asker/ }).first().tap()

  await page.getByRole('heading', { name: 'asker' }).waitFor()
  await page.getByRole('link', { name: 'Back' }).tap()
  await expect.poll(() => page.getByRole('treeitem').count()).toBeGreaterThan(0)
  await page.context().close()
})

test('nothing to be touched is smaller than a fingertip', async () => {
  const page = await visitors.visit(ada, '/', phone)
  await page.getByRole('treeitem').first().waitFor()

  const small = await page.evaluate(`[...document.querySelectorAll('nav a, nav button, [role=treeitem]')]
    .map((one) => [one.textContent.trim().slice(0, 20), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 40)
    .map(([text, box]) => text + ' ' + box.width + 'x' + box.height)`)
  expect(small).toEqual([])
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})
