// The code map in a browser: live, by thumb, and by keys alone.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { devices, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axe, loadAxe } from './axe.ts'
import { openHouse, type House } from './house.ts'
import { keepPicture, tidyUpAfterTests } from './screenshots.ts'
import { said, standIn } from './stand-in.ts'
import { PHONE, openVisitors, type Login, type Visitors } from './visitor.ts'

const { userAgent } = devices['Pixel 7']

let house: House
let visitors: Visitors
let ada: Login

const FILES = {
  'app/main.ts': `import { total } from '../shop/cart.ts'\nexport const start = () => total()\n`,
  'shop/cart.ts': `import { price } from './price.ts'\nexport function total() {\n  return price(1)\n}\n`,
  'shop/price.ts': `/** What it costs. */\nexport function price(n: number) {\n  return round(n)\n}\n\nfunction round(n: number) {\n  return Math.round(n)\n}\n`,
}

beforeAll(async () => {
  house = await openHouse()
  for (const [path, text] of Object.entries(FILES)) save(path, text)
  visitors = await openVisitors(house)
  ada = await visitors.owner()
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

function save(path: string, text: string): void {
  const file = join(house.work, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
}

/** In dark and in light. */
async function sound(page: Page): Promise<string[]> {
  await loadAxe(page)
  const problems: string[] = []
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    problems.push(...(await axe(page)).map((line) => `${colorScheme}: ${line}`))
  }
  return problems
}

const address = (more = '') => `/map?in=${encodeURIComponent(house.work)}${more}`
const chosen = (page: Page) => new URL(page.url()).searchParams.get('at')

test('an agent stands where it works, a save is on the map, and a symbol goes to an agent as fenced data', async () => {
  const file = join(house.work, 'shop/price.ts')
  const edit = said('assistant', 'one', [
    { type: 'tool_use', id: 't1', name: 'Edit', input: { file_path: file } },
  ])
  const done = {
    ...said('user', 'two', [{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }]),
    toolUseResult: {
      filePath: file,
      structuredPatch: [{ oldStart: 6, oldLines: 1, newStart: 6, newLines: 1, lines: ['+x'] }],
    },
  }
  const watching = await visitors.visit(ada, address('&at=shop%2Fprice.ts%3Around'))
  const changedIn = async (seen: Page) => {
    await seen.getByRole('radio', { name: 'Reference' }).check({ force: true })
    return seen.getByRole('region', { name: 'Changed by agents' })
  }
  const heard = await changedIn(watching)
  const agent = await standIn(house, 'shop-back', {
    tool: 'Bash',
    input: { command: 'npm test' },
    lines: [edit, done],
  })
  const page = await visitors.visit(ada, '/map')

  await page.getByRole('radio', { name: 'Agents 1' }).check({ force: true })
  await page.getByRole('button', { name: /^shop\/price\.ts changed/ }).click()
  await expect.poll(() => chosen(page)).toBe('shop/price.ts:round')

  // What it did stays known when it works elsewhere.
  const changed = await changedIn(page)
  await changed.getByText('shop-back').waitFor()
  // A page that was open before hears of it.
  await heard.getByText('shop-back').waitFor()
  await watching.context().close()

  save('shop/sale.ts', 'export const sale = () => 1\n')
  await page.getByText('4 files').waitFor()

  await page.getByRole('button', { name: 'What to do with round' }).click()
  await page.getByRole('menuitem', { name: 'Send to an agent…' }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('Make it round up.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  const given = async () => {
    const waiting = await house.client.listPrompts({ agentId: agent.id })
    const { entries } = await house.client.getTranscript({ id: agent.id })
    return JSON.stringify([waiting, entries])
  }
  await expect.poll(given).toMatch(/Make it round up\..*external-content.*shop\/price\.ts:round/)
  await page.context().close()
})

test('without a mouse: from the map into a file, its menu, and the same in the tree', async () => {
  const page = await visitors.visit(ada, address())
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const map = page.getByRole('application', { name: /^Map of the code/ })
  await page.getByText(/folder · \d+ lines/).waitFor()
  await map.focus()

  await press('ArrowRight')
  await expect.poll(() => chosen(page)).toBe('app')
  await press('Enter', 'Enter')
  await expect.poll(() => chosen(page)).toBe('app/main.ts:start')
  await press('Shift+F10')
  await page.getByRole('menuitem', { name: 'What is near' }).waitFor()
  await page.keyboard.type('What is near')
  await press('Enter')
  await page.getByText('Near start').waitFor()
  await page.getByRole('button', { name: 'As a list' }).press('Enter')
  await page
    .getByRole('region', { name: 'Near start' })
    .getByRole('button', { name: /^total/ })
    .waitFor()
  await page.getByRole('radio', { name: 'Contents' }).check({ force: true })
  await map.focus()
  await press('Backspace', 'Backspace', 'Backspace')
  await expect.poll(() => chosen(page)).toBeNull()

  await page.getByRole('tree').focus()
  await press('End')
  await expect.poll(() => chosen(page)).toBe('shop')
  await press('ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowDown')
  await expect.poll(() => chosen(page)).toBe('shop/cart.ts:total')
  expect(await page.getByRole('treeitem', { selected: true }).getAttribute('aria-level')).toBe('4')
  await page.context().close()
})

test('by thumb: search, read about it, open the file at its lines', async () => {
  const page = await visitors.visit(ada, address(), {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
    userAgent,
  })
  await page.getByRole('searchbox').fill('price')
  await page.getByRole('button', { name: /^price function shop\/price\.ts:2/ }).tap()
  await expect.poll(() => chosen(page)).toBe('shop/price.ts:price')
  await page.getByRole('radio', { name: 'Reference' }).check({ force: true })
  const reference = page.getByRole('article', { name: 'Reference' })
  await reference.getByText('What it costs.').waitFor()
  expect(await reference.getByRole('region', { name: 'Used by' }).innerText()).toContain('total')

  await reference.getByRole('button', { name: 'Open the file' }).tap()
  const dialog = page.getByRole('dialog', { name: 'shop/price.ts' })
  await dialog.getByText('export function price').waitFor()
  await dialog.getByText('Lines 2 to 4').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).tap()
  await dialog.waitFor({ state: 'detached' })
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('two agents at one file meet, on the map and in its list; the map of an agent begins where it works', async () => {
  const file = join(house.work, 'shop/cart.ts')
  const at = (id: string) => ({
    ...said('user', `${id}2`, [{ type: 'tool_result', tool_use_id: id, content: 'ok' }]),
    toolUseResult: {
      filePath: file,
      structuredPatch: [{ oldStart: 3, oldLines: 1, newStart: 3, newLines: 1, lines: ['-a', '+b'] }],
    },
  })
  const play = (id: string) => ({
    tool: 'Bash',
    input: { command: 'npm test' },
    lines: [
      said('assistant', id, [{ type: 'tool_use', id, name: 'Edit', input: { file_path: file } }]),
      at(id),
    ],
  })
  const [first] = await Promise.all(['cart-one', 'cart-two'].map((name) => standIn(house, name, play(name))))
  const page = await visitors.visit(ada, '/')
  await page.getByRole('treeitem').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('c')

  await page.getByRole('radio', { name: /^Agents \d/ }).check({ force: true })
  await page
    .getByRole('button', { name: /^cart-(?:one, cart-two|two, cart-one) both change shop\/cart\.ts/ })
    .click()
  await expect.poll(() => chosen(page)).toBe('shop/cart.ts')
  await keepPicture(page, 'map-meeting')

  await page.goto(`${house.url}/agents/${first?.id}`)
  await page.getByRole('link', { name: 'Map', exact: true }).click()
  await page.getByText(/^shop\/cart\.ts · /).waitFor()
  await keepPicture(page, 'map-of-agent')
  expect(await sound(page)).toEqual([])
  expect(new URL(page.url()).pathname).toBe(`/agents/${first?.id}/map`)
  await page.context().close()
})

test('lenses show coverage and what differs from a branch, and the picture is saved as SVG and PNG', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@b', ...args], { cwd: house.work })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'A shop')
  git('checkout', '-q', '-b', 'sale')
  save('coverage/lcov.info', 'SF:shop/price.ts\nDA:3,1\nDA:7,0\nend_of_record\n')
  save('shop/price.ts', FILES['shop/price.ts'].replace('round(n)', 'round(n * 2)'))
  git('commit', '-q', '-a', '-m', 'Twice the price')
  const page = await visitors.visit(ada, address('&at=shop%2Fprice.ts'))
  const lens = page.getByRole('combobox', { name: 'Colour by' })

  await page.getByText('50 % covered').waitFor()
  await lens.selectOption('Coverage')
  await page.getByText('Lines that tests run').waitFor()
  await keepPicture(page, 'map-coverage')
  await page.emulateMedia({ colorScheme: 'dark' })
  await keepPicture(page, 'map-coverage-dark')
  await lens.selectOption('Churn')
  await page.getByText('Commits lately').waitFor()
  await keepPicture(page, 'map-churn')
  await lens.selectOption('Changes')
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption('where it left main')
  await page.getByText(/files? differ/).waitFor()
  await page.getByRole('radio', { name: 'Findings' }).check({ force: true })
  const reached = page.getByRole('group').filter({ hasText: 'Files that it reaches' })
  await reached.getByRole('button', { name: 'shop/cart.ts' }).waitFor()
  await page.getByRole('button', { name: 'Show these on the map' }).click()
  await page.getByText(/^What the changes may break · \d/).waitFor()
  await keepPicture(page, 'map-changes')
  expect(await sound(page)).toEqual([])
  await page.getByRole('button', { name: 'End' }).click()

  const saved = async (name: string): Promise<Buffer> => {
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name }).click(),
    ])
    return readFileSync(await download.path())
  }
  const svg = (await saved('Picture as SVG')).toString()
  expect(svg).toMatch(/^<svg [^]*price[^]*<\/svg>\s*$/)
  expect(svg).not.toMatch(/<script|NaN/)
  const png = await saved('Picture as PNG')
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16) > 400]).toEqual(['PNG', true])
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})
