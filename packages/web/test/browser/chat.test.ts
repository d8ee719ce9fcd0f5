// A long conversation that goes on while one reads it, and what is written to an agent that is busy.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { said, standIn } from './stand-in.ts'
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

const ask = { tool: 'Bash', input: { command: 'npm test' } }
const log = (page: Page) => page.getByRole('log')
const scrolled = (page: Page) =>
  log(page).evaluate((element) => ({
    top: Math.round(element.scrollTop),
    left: Math.round(element.scrollHeight - element.scrollTop - element.clientHeight),
  }))

test('a long conversation opens at its end, is drawn in part, reads back to its beginning and never jumps', async () => {
  const lines = Array.from({ length: 150 }, (_, n) => [
    said('user', `u${n}`, `Question number ${n}?`),
    said('assistant', `a${n}`, [{ type: 'text', text: `Answer number ${n}.\n\n${'word '.repeat(n % 60)}` }]),
  ]).flat()
  const agent = await standIn(house, 'long-talk', { ...ask, lines })
  const page = await visitors.visit(ada, `/agents/${agent.id}/chat`)
  await page.getByText('Answer number 149.').waitFor()
  await expect.poll(async () => (await scrolled(page)).left).toBeLessThan(5)
  expect(await log(page).getByRole('article').count()).toBeLessThan(60)

  await log(page).hover()
  await page.mouse.wheel(0, -2500)
  await expect.poll(async () => (await scrolled(page)).left).toBeGreaterThan(500)
  const before = await firstInSight(page)
  await house.client.sendKeys({ id: agent.id, text: 'And one more thing', keys: ['Enter'] })
  await page.getByRole('button', { name: '1 new' }).waitFor()

  expect(await firstInSight(page)).toBe(before)
  const first = async () => {
    await log(page).evaluate((element) => element.scrollTo({ top: 0 }))
    return page.getByText('Question number 0?').isVisible()
  }
  await expect.poll(first, { interval: 200 }).toBe(true)
  await page.getByRole('button', { name: /new$/ }).click()
  await page.getByText('And one more thing').waitFor()
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('a search goes to what it found, however far back', async () => {
  const lines = Array.from({ length: 300 }, (_, n) => [
    said('user', `u${n}`, n === 20 ? 'Where is the herring?' : `Question number ${n}?`),
    said('assistant', `a${n}`, [{ type: 'text', text: `Answer number ${n}.` }]),
  ]).flat()
  const agent = await standIn(house, 'far-back', { ...ask, lines })
  const page = await visitors.visit(ada, `/agents/${agent.id}/chat`)
  await page.getByText('Answer number 299.').waitFor()
  expect(await page.getByText('Where is the herring?').count()).toBe(0)

  await page.getByRole('button', { name: 'Search the conversation' }).click()
  await page.getByRole('searchbox', { name: 'Search the conversation' }).fill('herring')
  await page.getByRole('button', { name: 'Show in the conversation' }).click()

  await log(page).getByText('Where is the herring?').waitFor()
  const inSight = () =>
    log(page).evaluate((element) => {
      const box = element.getBoundingClientRect()
      const row = element.querySelector('[data-target]')?.getBoundingClientRect()
      return row !== undefined && row.top >= box.top && row.bottom <= box.bottom
    })
  await expect.poll(inSight).toBe(true)
  await log(page).getByText('Answer number 20.').waitFor()
  expect((await scrolled(page)).left).toBeGreaterThan(1000)
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

/** The first row that a reader sees, and where it begins. */
const firstInSight = (page: Page) =>
  log(page).evaluate((element) => {
    const { top } = element.getBoundingClientRect()
    const rows = [...element.querySelectorAll('[data-index]')]
    const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 1)
    return `${first?.textContent?.slice(0, 40)} ${Math.round((first?.getBoundingClientRect().top ?? 0) - top)}`
  })

test('words to an agent that is busy wait with their picture, and can be taken back', async () => {
  const agent = await standIn(house, 'busy-one', ask)
  const page = await visitors.visit(ada, `/agents/${agent.id}/chat`)
  const field = page.getByLabel('Write to busy-one')
  await page.getByRole('button', { name: 'Queue' }).waitFor()
  await field.fill('Look at this')
  await field.evaluate((element) => {
    const data = new DataTransfer()
    const pixel = Uint8Array.from(atob('iVBORw0KGgo='), (sign) => sign.codePointAt(0) ?? 0)
    data.items.add(new File([pixel], 'shot.png', { type: 'image/png' }))
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  })
  await page.getByText('shot.png').waitFor()
  await field.press('Enter')

  await page.getByRole('list', { name: '1 waits' }).getByText('Look at this').waitFor()
  const [queued] = await house.client.listPrompts({ agentId: agent.id })
  expect(queued?.text).toMatch(/^Look at this\n\/.*\.png$/)
  await page.getByRole('button', { name: 'Take back' }).click()
  await expect.poll(() => house.client.listPrompts({ agentId: agent.id })).toEqual([])
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})
