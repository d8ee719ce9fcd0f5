// The board in the browser: cards by keys and by pointer, two who write in one text, and a card that is brought back.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BoardCard } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { keepPicture, tidyUpAfterTests } from './screenshots.ts'
import { openVisitors, PHONE, type Login, type Visitors } from './visitor.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let house: House
let visitors: Visitors
let ada: Login
let roof: BoardCard

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  ada = await visitors.owner()
  await house.agent('shop-api')
  roof = await house.client.createCard({ title: 'Mend the roof', text: 'With slates', assignee: 'shop-api' })
  await house.client.createCard({ title: 'Paint the door', column: 'doing' })
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const face = (page: Page, title: string) => page.locator('[data-face]', { hasText: title })
const inColumn = (page: Page, name: string) => column(page, name).locator('[data-face]').allTextContents()
const cards = async () => (await house.client.getBoard({})).cards

async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const found = await page.evaluate(`axe.run({ resultTypes: ['violations'] }).then((all) => all.violations)`)
  return (found as { impact: string; id: string }[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id }) => id)
}

test('a card is moved by keys and by pointer, said to readers of the screen, and heard of by others', async () => {
  const [page, other] = await Promise.all([visitors.visit(ada, '/board'), visitors.visit(ada, '/board')])
  await face(page, 'Mend the roof').focus()
  await page.keyboard.press('Shift+ArrowRight')
  await page.getByText('Mend the roof is in Doing now, 1 of 2').waitFor({ state: 'attached' })
  await page.keyboard.press('Shift+ArrowDown')
  await expect
    .poll(() => inColumn(other, 'Doing'))
    .toEqual([expect.stringContaining('Paint'), expect.stringContaining('Mend')])
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Mend the roof')
  await page.keyboard.press('ArrowUp')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Paint the door')

  await page.locator('[data-card]', { hasText: 'Paint' }).dragTo(column(page, 'Done').getByText('No cards'))
  await expect.poll(() => inColumn(other, 'Done')).toEqual([expect.stringContaining('Paint')])
  await keepPicture(page, 'board')
  await page.setViewportSize(PHONE)
  await page.getByRole('button', { name: 'Done 1', exact: true }).click()
  expect(await seriousIn(page)).toEqual([])
  await keepPicture(page, 'board-phone')
})

test('two who write in one text at the same time both keep every word, and a third by the API does too', async () => {
  const path = `/board?card=${roof.id}`
  const pages = await Promise.all([visitors.visit(ada, path), visitors.visit(ada, path)])
  const [one, two] = pages.map((page) => page.getByLabel('Text', { exact: true }))
  for (const text of [one!, two!]) await expect.poll(() => text.isEditable()).toBe(true)
  await one!.press('Control+Home')
  await two!.press('Control+End')
  await Promise.all([one!.pressSequentially('Soon. '), two!.pressSequentially(' and moss')])
  await house.client.editCard({ id: roof.id, text: 'With red slates' })

  const all = 'Soon. With red slates and moss'
  await expect.poll(() => one!.inputValue()).toBe(all)
  await expect.poll(() => two!.inputValue()).toBe(all)
  await expect.poll(async () => (await cards()).find(({ id }) => id === roof.id)?.text).toBe(all)
  expect(await seriousIn(pages[0])).toEqual([])
  await keepPicture(pages[0], 'board-card')
})

test('a card is made, found by its words, taken off, and brought back', async () => {
  const page = await visitors.visit(ada, '/board')
  await page.getByRole('button', { name: 'New card in To do' }).click()
  await page.getByLabel('What is to be done').fill('Sweep the chimney')
  await page.keyboard.press('Enter')
  await face(page, 'Sweep').waitFor()
  await page.keyboard.press('Escape')
  await page.getByLabel('Filter cards').fill('chimney')
  await expect.poll(() => face(page, 'Paint').count()).toBe(0)

  await face(page, 'Sweep').press('Delete')
  await page.getByRole('button', { name: 'Undo' }).waitFor()
  expect((await cards()).some(({ title }) => title.startsWith('Sweep'))).toBe(false)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => (await cards()).some(({ title }) => title.startsWith('Sweep'))).toBe(true)
  expect(visitors.complaints).toEqual([])
})
