// The first minutes: the one-time link, the owner, the first agent, and a terminal that answers.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { enterTerminal, screenText } from './terminal-view.ts'
import { DESKTOP, PASSWORD, listen, openVisitors, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let code = ''

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  code = (await house.client.renewSetup({})).code
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

test('the one-time link makes the owner, who creates an agent and types into its live terminal', async () => {
  const context = await visitors.browser.newContext({ viewport: DESKTOP })
  const page = await context.newPage()
  listen(page, visitors.complaints)

  await page.goto(`${house.url}/#setup=${code}`)
  await page.getByLabel('Your name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password once more').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create owner' }).click()
  await page.getByRole('button', { name: 'New agent' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill('shop-backend-api')
  await page.getByRole('button', { name: 'Choose…' }).click()
  await page.getByRole('button', { name: 'New folder' }).click()
  await page.getByLabel('Name of the new folder').fill('shop')
  await page.getByRole('button', { name: 'Make folder' }).click()
  await page.getByText(`${house.work}/shop`, { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Use this folder' }).click()
  await page.getByRole('radio', { name: 'Another program…' }).check()
  await page.getByLabel('Command or full path').fill('/bin/cat')
  await page.getByRole('button', { name: 'Create agent' }).click()
  await page.getByRole('heading', { name: 'shop-backend-api' }).waitFor()
  await enterTerminal(page)
  await page.keyboard.type('hello there')
  await page.keyboard.press('Enter')

  // The terminal echoes what is typed, and cat says it once more.
  await expect.poll(() => screenText(page)).toBe('hello there\nhello there')
  const [agent] = await house.client.listAgents({})
  expect(agent).toMatchObject({ name: 'shop-backend-api', folder: `${house.work}/shop` })
  expect(new URL(page.url()).hash).toBe('')
  expect(visitors.complaints).toEqual([])
})

test('the one-time link works once: a second visitor who opens it is asked to log in', async () => {
  const page = await (await visitors.browser.newContext()).newPage()

  await page.goto(`${house.url}/#setup=${code}`)

  await page.getByRole('button', { name: 'Log in', exact: true }).waitFor()
  expect(await page.getByRole('button', { name: 'Create owner' }).count()).toBe(0)
})
