// Two machines become a room in the browser: digits compared, a terminal, an approval and a chat of the other one, and its absence.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { keepPicture, SCREENSHOTS, tidyUpAfterTests } from './screenshots.ts'
import { said, standIn } from './stand-in.ts'
import { enterTerminal, screenText } from './terminal-view.ts'
import { openVisitors, PHONE, type Login, type Visitors } from './visitor.ts'

let attic: House
let cellar: House
let atAttic: Visitors
let atCellar: Visitors
let ada: Login
let bob: Login
let far: Agent

beforeAll(async () => {
  ;[attic, cellar] = await Promise.all([openHouse({ machine: 'attic' }), openHouse({ machine: 'cellar' })])
  atAttic = await openVisitors(attic)
  atCellar = await openVisitors(cellar, atAttic.browser)
  ;[ada, bob] = await Promise.all([atAttic.owner(), atCellar.owner()])
  far = await cellar.agent('far-shell', { env: { PS1: 'far$ ', ENV: '', HISTFILE: '/dev/null' } })
})
tidyUpAfterTests(() => atAttic.browser)
afterAll(async () => {
  await atAttic.close()
  await Promise.all([attic.close(), cellar.close()])
})

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const digits = (page: Page) => page.getByLabel(/^Digits of this machine/).textContent()

/** A figure for people, beside the pictures: a machine under load must not fail a test by it. */
function noted(what: string, ms: number): void {
  mkdirSync(SCREENSHOTS, { recursive: true })
  writeFileSync(join(SCREENSHOTS, 'nodes.json'), JSON.stringify({ [what]: `${Math.round(ms)} ms` }))
}

/** Opens the dialog and has it listen at this machine alone. */
async function begin(page: Page, name: string): Promise<void> {
  await button(page, name).click()
  await page.getByRole('radio', { name: /this machine itself only/ }).check()
}

test('two machines join by comparing digits, and the terminal of the other one opens in the tree', async () => {
  const near = await atAttic.visit(ada, '/nodes')
  const there = await atCellar.visit(bob, '/nodes')
  await begin(near, 'Invite a machine')
  await keepPicture(near, 'nodes-door')
  await button(near, 'Make a code').click()
  const code = await near.getByLabel('Code', { exact: true }).first().inputValue()
  await keepPicture(near, 'nodes-invite')
  await begin(there, 'Join with a code')
  await there.getByLabel('Code', { exact: true }).fill(code)
  await keepPicture(there, 'nodes-join')
  const began = performance.now()
  await there.getByRole('button', { name: 'Join', exact: true }).click()
  await there.getByText('Are these six digits').waitFor()
  await near.getByText('Are these six digits').waitFor()
  await keepPicture(near, 'nodes-compare')
  expect(await digits(near)).toMatch(/^\d{3} \d{3}$/)
  expect(await digits(near)).toBe(await digits(there))

  await button(near, 'They are the same').click()
  await button(there, 'They are the same').click()
  await there.getByRole('radio', { name: /^Operate/ }).check()
  await keepPicture(there, 'nodes-trusted')
  await button(there, 'Done').click()
  await button(near, 'Done').click()
  await near.getByRole('link', { name: 'Agents', exact: true }).click()
  await near.getByRole('treeitem').filter({ hasText: 'far-shell' }).click()
  await expect.poll(() => screenText(near)).toContain('far$')
  noted('join to first remote terminal', performance.now() - began)

  await enterTerminal(near)
  await near.keyboard.type('echo one-$((40 + 2))\n')
  await expect.poll(() => screenText(near)).toContain('one-42')
  await keepPicture(near, 'nodes-terminal')
  await near.goto(`${attic.url}/nodes`)
  await near.getByText('direct link').waitFor()
  await near
    .getByText(/of \d+ processors/)
    .nth(1)
    .waitFor()
  await keepPicture(near, 'nodes-desktop')
  const phone = await atAttic.visit(ada, '/nodes', { viewport: PHONE })
  await phone
    .getByText(/of \d+ processors/)
    .nth(1)
    .waitFor()
  await keepPicture(phone, 'nodes-phone')
})

test('what an agent of the other machine asks is answered here, and its chat is read here', async () => {
  const asking = await standIn(cellar, 'far-checkout', {
    tool: 'Bash',
    input: { command: 'npm test' },
    lines: [
      said('user', 'u1', 'Make the total exact.'),
      said('assistant', 'a1', [{ type: 'text', text: 'I will.' }]),
    ],
  })
  const near = await atAttic.visit(ada, '/needs')
  await near.getByText('npm test').first().waitFor()
  await keepPicture(near, 'nodes-needs')
  await near
    .getByRole('button', { name: /^(?:1 )?Allow once|^Yes|^Allow/ })
    .first()
    .click()
  await expect
    .poll(async () => (await cellar.client.listAttention({})).some(({ ask }) => ask.kind === 'approval'))
    .toBe(false)

  await near.goto(`${attic.url}/agents/${asking.id}/chat`)
  await near.getByText('Make the total exact.').waitFor()
  await keepPicture(near, 'nodes-chat')
  const audit = await cellar.client.listAudit({ act: 'answerAttention' })
  expect(audit.items[0]).toMatchObject({ actor: 'ada@attic', outcome: 'done' })
})

test('an agent is created on the other machine with its folders and programs', async () => {
  const near = await atAttic.visit(ada, '/new')
  await near.getByLabel('Name', { exact: true }).fill('far-made')
  await near.getByLabel('Machine', { exact: true }).selectOption({ label: 'cellar' })
  await near.getByLabel('Working folder').fill(cellar.work)
  await near.getByRole('radio', { name: /Another/ }).check()
  await near.getByLabel(/path/i).fill('/bin/sh')
  await keepPicture(near, 'nodes-new')
  await near.getByRole('button', { name: 'Create agent', exact: true }).click()

  await expect
    .poll(async () => (await cellar.client.listAgents({})).map(({ name }) => name))
    .toContain('far-made')
  await expect.poll(() => screenText(near)).toMatch(/[$#]/)
})

test('a phone is paired by digits and reaches the other machine through this one', async () => {
  const near = await atAttic.visit(ada, '/nodes')
  await button(near, 'Pair a device').click()
  const address = await near.getByLabel('Address', { exact: true }).inputValue()
  await keepPicture(near, 'nodes-device')
  const context = await atAttic.browser.newContext({ viewport: PHONE })
  const phone = await context.newPage()
  await phone.goto(address)
  await phone.getByLabel('What this device is called').fill('my phone')
  await button(phone, 'Show the digits').click()
  await near.getByText('Does the device show').waitFor()
  await keepPicture(phone, 'nodes-device-phone')
  expect(await digits(near)).toBe(await phone.getByLabel(/^Digits of this device/).textContent())

  await button(near, 'They are the same').click()
  await phone.getByRole('treeitem').filter({ hasText: 'shell' }).click()
  await expect.poll(() => screenText(phone)).toContain('far$')
  await button(near, 'Done').click()
  await near.getByRole('cell', { name: 'my phone', exact: true }).waitFor()
  await keepPicture(near, 'nodes-paired')
})

test('a machine that is away says since when, with what was last known of its agents', async () => {
  const near = await atAttic.visit(ada, '/nodes')
  await near.getByText('direct link').waitFor()
  await cellar.stop()
  await near
    .getByText(/is away since/)
    .first()
    .waitFor()
  await keepPicture(near, 'nodes-away')
  await near.goto(`${attic.url}/agents/${far.id}`)
  await near.getByRole('heading', { name: 'Last known' }).waitFor()
  await keepPicture(near, 'nodes-last-known')

  await cellar.restart()
  await expect.poll(() => screenText(near)).toContain('far$')
  expect(atAttic.complaints).toEqual([])
})
