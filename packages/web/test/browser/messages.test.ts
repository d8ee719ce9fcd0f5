// The message centre: found, read, answered and put away by keys alone, on a phone by thumb, and whatever is written stays text.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { correspondent, type Correspondent } from './correspondent.ts'
import { openHouse, type House } from './house.ts'
import { keepPicture, tidyUpAfterTests } from './screenshots.ts'
import { PHONE, openVisitors, type Login, type Visitors } from './visitor.ts'
import { XSS } from './xss.ts'

let house: House
let visitors: Visitors
let ada: Login
let api: Correspondent
let docs: Correspondent

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  ada = await visitors.owner()
  ;[api, docs] = await Promise.all([
    correspondent(house, 'shop-api', ['shop']),
    correspondent(house, 'docs-site', ['shop']),
  ])
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

const rows = (page: Page) => page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
const row = (page: Page, text: string) => rows(page).filter({ hasText: text })
// As a person sees it: an agent gets words only behind a fence.
const inboxOf = async ({ agent }: Correspondent) =>
  (await house.client.listMessages({ box: 'inbox', mailbox: agent.id })).items
const thread = (page: Page) => page.getByRole('region', { name: 'Thread' })

test('by keys alone: mail comes live, is read, answered, starred, archived, brought back, found and written', async () => {
  const page = await visitors.visit(ada, '/')
  await page.getByRole('treeitem').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.getByRole('heading', { name: 'No messages yet' }).waitFor()
  const { messages } = await api.client.sendMessage({
    to: 'ada',
    subject: 'Preview is up',
    text: 'See **it**.',
  })
  await row(page, 'Preview is up').waitFor()
  await page.getByRole('link', { name: '1 unread message' }).waitFor()

  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await thread(page).locator('strong', { hasText: 'it' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/messages/thread/${messages[0]?.id}`)
  const sentState = async () => (await api.client.listMessages({ box: 'sent' })).items[0]?.state
  await expect.poll(sentState).toBe('read')
  await expect.poll(() => page.getByRole('link', { name: /unread message/ }).count()).toBe(0)

  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Reply to shop-api' }).fill('Looks good.')
  await page.keyboard.press('Control+Enter')
  await expect.poll(async () => (await inboxOf(api)).length).toBe(1)
  await expect.poll(sentState).toBe('acted')
  await expect.poll(() => thread(page).getByRole('article').count()).toBe(2)

  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/messages')
  await page.keyboard.press('s')
  await page.getByText('Starred 1 message.').waitFor()
  await page.keyboard.press('e')
  await expect.poll(() => rows(page).count()).toBe(0)
  await page.keyboard.press('z')
  await row(page, 'Preview is up').waitFor()

  await page.keyboard.press('/')
  await page.keyboard.type('good')
  await row(page, 'To shop-api').waitFor()
  expect(await rows(page).count()).toBe(1)
  await page.keyboard.press('Escape')
  await row(page, 'Preview is up').waitFor()
  await page.keyboard.press('Escape')

  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Write a message' })
  await dialog.getByRole('combobox', { name: 'To' }).waitFor()
  await page.keyboard.type('doc')
  await dialog.getByRole('option', { name: 'docs-site' }).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('A plan')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Here it is.')
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'plan.md',
    mimeType: 'text/markdown',
    buffer: Buffer.concat([Buffer.from('# Plan\n'), randomBytes(300_000)]),
  })
  await expect.poll(() => dialog.getByRole('progressbar').count()).toBe(0)
  // What was begun stays with its file: closed, loaded again, and thrown away by mistake.
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.reload()
  await page.getByRole('button', { name: 'Write a message' }).getByText('Continue writing').waitFor()
  await page.keyboard.press('c')
  await dialog.getByRole('button', { name: 'Discard' }).click()
  await page.getByText('The draft is thrown away.').waitFor()
  await page.keyboard.press('z')
  await page.getByText('Continue writing').waitFor()
  await page.keyboard.press('c')
  await dialog.getByText('plan.md').waitFor()
  await dialog.getByLabel('Message').press('Control+Enter')
  await dialog.waitFor({ state: 'detached' })
  await expect
    .poll(() => inboxOf(docs))
    .toMatchObject([{ subject: 'A plan', attachments: [{ name: 'plan.md', sizeBytes: 300_007 }] }])
  expect(visitors.complaints).toEqual([])
})

test('C24 whatever an agent writes stays text: subject, words, context and file names; and a thread is saved as it was', async () => {
  const file = await docs.client.uploadAttachment(
    { name: `<img src=x onerror=alert(1)>.txt` },
    { body: new TextEncoder().encode('harmless') },
  )
  const { messages } = await docs.client.sendMessage({
    to: 'ada',
    subject: '<img src=x onerror=alert(1)>\u202E',
    text: XSS.join('\n\n'),
    context: { '<script>alert(1)</script>': XSS.slice(0, 20) },
    attachments: [file.id],
  })
  const page = await visitors.visit(ada, `/messages/thread/${messages[0]?.id}`)
  const opened = thread(page)
  await opened.getByText('window.xss=1').first().waitFor()
  await opened.getByText('Context').click()

  expect(await opened.getByRole('heading').innerText()).toBe('<img src=x onerror=alert(1)>⟨202E⟩')
  const own = 'img[src="x"], script, iframe, object, embed, a[href^="javascript"], [onerror], [onload]'
  expect(await page.locator('main').locator(own).count()).toBe(0)
  await opened.getByRole('button', { name: 'More for this thread' }).click()
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save as JSON' }).click(),
  ])
  const kept: unknown = JSON.parse(readFileSync(await saved.path(), 'utf8'))
  expect(kept).toMatchObject([{ text: XSS.join('\n\n'), message: { id: messages[0]?.id } }])
  expect(await page.evaluate('window.xss')).toBeUndefined()
  expect(visitors.complaints).toEqual([])
})

test('on a phone: a question by mail waits among what needs one, is answered by thumb, and its thread is read and left', async () => {
  const question = { to: 'ada', type: 'request', subject: 'Ship it?', text: 'All checks are green.' }
  const { messages } = await api.client.sendMessage({ ...question, context: { choices: ['Ship', 'Wait'] } })
  const page = await visitors.visit(ada, '/', { viewport: PHONE, hasTouch: true, isMobile: true })
  await page.getByRole('link', { name: 'Needs you 1 agent needs you' }).tap()
  const card = page.locator('[data-card]').filter({ hasText: 'Ship it?' })
  await card.getByText('All checks are green.').waitFor()
  await keepPicture(page, 'mail-ask-phone-light')
  await card.getByRole('button', { name: 'Wait' }).tap()
  await expect.poll(async () => (await inboxOf(api))[0]?.preview).toBe('Wait')

  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /Messages/ })
    .tap()
  await row(page, 'Ship it?').getByRole('link').tap()
  await expect.poll(() => thread(page).getByRole('article').count()).toBe(2)
  expect(await rows(page).filter({ visible: true }).count()).toBe(0)
  expect(new URL(page.url()).pathname).toBe(`/messages/thread/${messages[0]?.id}`)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
  await page.getByRole('link', { name: 'Back' }).tap()
  await row(page, 'Ship it?').waitFor()
  const small = await page.evaluate(`[...document.querySelectorAll('main a, main button, main select')]
    .map((one) => [one.textContent.trim().slice(0, 20), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 40)
    .map(([text, box]) => text + ' ' + box.width + 'x' + box.height)`)
  expect(small).toEqual([])
  expect(visitors.complaints).toEqual([])
})
