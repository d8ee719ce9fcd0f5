// Who may do what, as people meet it: a login with a second factor, and a viewer who finds nothing to write with.
import { createHmac } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { enterTerminal, screenText } from './terminal-view.ts'
import { DESKTOP, PASSWORD, openVisitors, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let agent: Agent

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  agent = await house.agent('shop-backend-api')
  await house.agent('shop-backend-db', { wake: false })
  const gone = await house.agent('old-helper', { wake: false })
  await house.client.deleteAgent({ id: gone.id })
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

const PERIOD_S = 30

/** What the authenticator app shows (RFC 6238), some steps from now. */
function codeOf(secret: string, steps: number): string {
  const bits = Array.from(secret)
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / PERIOD_S) + steps))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

test('an authenticator app is set up in the settings, and the next login asks for its code', async () => {
  const page = await visitors.visit(await visitors.user('grace', 'operator'), '/settings/account')
  await page.getByRole('button', { name: 'Set up…' }).click()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  const secret = await page.getByLabel('Secret', { exact: true }).inputValue()
  // A code works once: the login takes the next one, early by less than the step that is forgiven.
  await page.getByLabel('Code from the app').fill(codeOf(secret, 0))
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByText('The authenticator app is on.').first().waitFor()
  await page.context().close()

  const door = await (await visitors.browser.newContext({ viewport: DESKTOP })).newPage()
  await door.goto(house.url)
  await door.getByLabel('Name', { exact: true }).fill('grace')
  await door.getByLabel('Password').fill(PASSWORD)
  await door.getByRole('button', { name: 'Log in', exact: true }).click()
  const code = door.getByLabel('Code of your authenticator app')
  await code.waitFor()
  await expect.poll(() => code.evaluate((field) => field === document.activeElement)).toBe(true)
  await code.fill('000000')
  await door.keyboard.press('Enter')
  await door.getByRole('alert').waitFor()
  expect(await door.getByRole('treeitem').count()).toBe(0)
  await code.fill(codeOf(secret, 1))
  await door.keyboard.press('Enter')

  await door.getByRole('treeitem').first().waitFor()
  await door.context().close()
})

const WRITES =
  /wake|hibernate|restart|rename|^tag|delete|create|adopt|record(?!ings)|purge|bring back|upload|save|make|invite|back up|run checks|take over|new agent/i

/** Names of what can be pressed and would change something. */
async function writers(page: Page): Promise<string[]> {
  const buttons = await page.locator('button:visible:enabled, [role=menuitem]:visible').all()
  const names = await Promise.all(
    buttons.map(async (one) => (await one.getAttribute('aria-label')) ?? (await one.innerText())),
  )
  return names.filter((name) => WRITES.test(name))
}

test('a viewer sees everything, and finds nothing to change, to type into or to press a key for', async () => {
  await house.client.sendKeys({ id: agent.id, text: 'echo for all to see', keys: ['Enter'] })
  const page = await visitors.visit(await visitors.user('eve', 'viewer'), `/agents/${agent.id}`)
  const sent: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    // Its own appearance and the ticket of its stream are a viewer's to write.
    if (request.method() !== 'GET' && !/\/tickets$|\/me\/preferences$/.test(pathname)) sent.push(pathname)
  })

  await expect.poll(() => screenText(page)).toContain('for all to see')
  await page.getByText('Read only: your role may watch, not type.').waitFor()
  await enterTerminal(page)
  await page.keyboard.type('echo written')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Shift+Period')
  for (const key of ['h', 'w', 't', 'z', 'j', 'x']) await page.keyboard.press(key)
  await page.getByRole('treeitem', { name: /api/ }).click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  const found = await writers(page)
  await page.keyboard.press('Escape')
  for (const path of ['/', `/agents/${agent.id}/details`, `/agents/${agent.id}/recordings`, ...SCREENS]) {
    await page.goto(house.url + path)
    await page.locator('h1:visible').first().waitFor()
    found.push(...(await writers(page)).map((name) => `${path}: ${name}`))
  }

  const writer = await visitors.visit(await visitors.user('olga', 'operator'), `/agents/${agent.id}/details`)
  await writer.getByRole('button', { name: 'Rename…' }).waitFor()

  expect((await writers(writer)).length).toBeGreaterThan(2)
  expect(found).toEqual([])
  expect(sent).toEqual([])
  const now = await house.client.getAgent({ id: agent.id })
  expect(now.session).not.toBeNull()
  expect(JSON.stringify(await house.client.listAgents({}))).not.toContain('written')
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

const SCREENS = [
  '/needs',
  '/wall',
  '/new',
  '/found',
  '/deleted',
  '/machine',
  '/recordings',
  '/settings/machine',
]
