// Every screen at three sizes, dark and light: axe finds nothing serious, nothing is cut off, and a picture is kept.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { axe, loadAxe } from './axe.ts'
import { correspondent } from './correspondent.ts'
import { openHouse, type House } from './house.ts'
import { keepPicture, tidyUpAfterTests } from './screenshots.ts'
import { said, standIn } from './stand-in.ts'
import { DESKTOP, PHONE, TABLET, openVisitors, type Login, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let ada: Login
let waiting: Agent
let asking: Agent
let mailId = ''

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  ada = await visitors.owner()
  const play = (name: string, scenario: string) =>
    house.agent(name, { program: 'rehearsal', args: [`--scenario=${scenario}`, '--speed=10'] })
  waiting = await play('shop-backend-api', 'approval')
  await play('shop-backend-worker', 'busy')
  await play('shop-frontend-web', 'question')
  await play('docs-site', 'quiet')
  asking = await standIn(house, 'shop-checkout', {
    tool: 'Edit',
    input: { file_path: '/srv/shop/cart.ts', old_string: 'a', new_string: 'b' },
    lines: [
      said('user', 'u1', 'Make the total exact.'),
      said('assistant', 'a1', [
        { type: 'text', text: 'I see `cart.ts`:\n\n| file | lines |\n|---|--:|\n| cart.ts | 41 |' },
        { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'npm test' } },
      ]),
    ],
  })
  const writer = await correspondent(house, 'shop-writer')
  const { messages } = await writer.client.sendMessage({
    to: 'ada',
    subject: 'Which rounding do we want?',
    text: '| way | effect |\n|---|---|\n| half up | as expected |',
    priority: 'high',
    context: { file: 'cart.ts' },
  })
  mailId = messages[0]?.id ?? ''
  await house.client.createRule({ effect: 'allow', tool: 'Bash', pattern: 'npm test' })
  await house.client.setBudget({ period: 'day', warnMicros: 1_000_000 })
  const asleep = await house.agent('shop-backend-db', { label: 'PostgreSQL 17', tags: ['data'], wake: false })
  await house.client.updateAgent({ id: asleep.id, tags: ['data', 'nightly'] }, { version: asleep.version })
  const gone = await house.agent('old-helper', { wake: false })
  await house.client.deleteAgent({ id: gone.id })
  await house.client.createToken({ label: 'laptop', scopes: ['agent:read'] })
  await house.client.createUser({ name: 'grace', role: 'viewer' })
  await house.client.startRecording({ id: waiting.id })
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

type Screen = [name: string, path: () => string, ready: (page: Page) => Promise<unknown>]
const headed = (page: Page) => page.locator('h1:visible').first().waitFor()
const SCREENS: Screen[] = [
  ['agents', () => '/', (page) => page.getByRole('treeitem').first().waitFor()],
  ['agent', () => `/agents/${waiting.id}`, (page) => page.getByText('npm test').first().waitFor()],
  ['details', () => `/agents/${waiting.id}/details`, headed],
  ['recordings-of', () => `/agents/${waiting.id}/recordings`, headed],
  ['chat', () => `/agents/${asking.id}/chat`, (page) => page.getByText('Make the total exact.').waitFor()],
  ['needs', () => '/needs', (page) => page.getByText('/srv/shop/cart.ts').first().waitFor()],
  ['mail', () => `/messages/thread/${mailId}`, (page) => page.getByText('rounding').last().waitFor()],
  ['mail-picture', () => '/messages/picture', headed],
  ['usage', () => '/usage', (page) => page.getByText('All agents together').first().waitFor()],
  ['rules', () => '/settings/rules', (page) => page.getByText('npm test').first().waitFor()],
  ['programs', () => '/settings/programs', (page) => page.getByText('Claude Code').first().waitFor()],
  [
    'wall',
    () => '/wall',
    async (page) => {
      const first = page.locator('main li').first()
      await first.waitFor()
      await expect.poll(() => first.getByText('Waiting for the first picture…').count()).toBe(0)
    },
  ],
  ['new', () => '/new', (page) => page.getByRole('radio').nth(3).waitFor()],
  ['found', () => '/found', headed],
  ['deleted', () => '/deleted', (page) => page.getByText('old-helper').waitFor()],
  ['machine', () => '/machine', headed],
  ['recordings', () => '/recordings', headed],
  ['account', () => '/settings/account', headed],
  ['appearance', () => '/settings/appearance', headed],
  ['notifications', () => '/settings/notifications', headed],
  ['keys', () => '/settings/keys', headed],
  ['machine-settings', () => '/settings/machine', headed],
  ['users', () => '/settings/users', (page) => page.getByText('grace').first().waitFor()],
  ['access', () => '/settings/access', headed],
  ['backups', () => '/settings/backups', headed],
  ['audit', () => '/settings/audit', headed],
  ['checks', () => '/settings/doctor', headed],
  ['more', () => '/more', headed],
]

const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

/** What is cut off inside a page that scrolls by itself: forms and heads are as wide as the window at most. */
const cutOff = (page: Page) =>
  page.evaluate(
    `[...document.querySelectorAll('main :is(form, header, h1, h2)')]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.tagName + ' ' + one.textContent.slice(0, 30))`,
  )

const SIZES = { desktop: DESKTOP, tablet: TABLET, phone: PHONE }

test.each(Object.entries(SIZES))(
  'every screen is sound on a %s, in dark and in light',
  async (sizeName, viewport) => {
    const mobile = sizeName === 'phone' ? { hasTouch: true, isMobile: true } : {}
    const page = await visitors.visit(ada, '/', { viewport, reducedMotion: 'reduce', ...mobile })
    const problems: string[] = []
    for (const [name, path, ready] of SCREENS) {
      await page.goto(house.url + path())
      await ready(page)
      await page.evaluate('document.fonts.ready')
      if ((await overflow(page)) !== 0) problems.push(`${name}: wider than the window`)
      const cut = String(await cutOff(page))
      if (cut !== '') problems.push(`${name}: cut off: ${cut}`)
      // The tablet shows the same colours as the desktop: one look at each screen is enough.
      const schemes = sizeName === 'tablet' ? (['light'] as const) : (['dark', 'light'] as const)
      problems.push(...(await inEach(page, `${name}-${sizeName}`, schemes)))
    }
    expect(problems).toEqual([])
    expect(visitors.complaints).toEqual([])
    await page.context().close()
  },
  240_000,
)

const inBoth = (page: Page, name: string) => inEach(page, name, ['dark', 'light'])

/** Looks at what is shown in each scheme, keeps the pictures and gives what is wrong. */
async function inEach(page: Page, name: string, schemes: readonly ('dark' | 'light')[]): Promise<string[]> {
  const problems: string[] = []
  await loadAxe(page)
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await keepPicture(page, `${name}-${colorScheme}`)
    problems.push(...(await axe(page)).map((line) => `${name}, ${colorScheme}: ${line}`))
  }
  return problems
}

test('palette, sheet, menu and dialogs are sound in dark and in light', async () => {
  const page = await visitors.visit(ada, '/', { reducedMotion: 'reduce' })
  await page.getByRole('treeitem').first().waitFor()
  const problems: string[] = []
  const look = async (name: string) => {
    problems.push(...(await inBoth(page, `${name}-desktop`)))
    await page.keyboard.press('Escape')
  }

  await page.keyboard.press('Control+k')
  await page.getByRole('option').first().waitFor()
  await look('palette')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await look('sheet')
  await page.getByRole('treeitem').filter({ hasText: 'docs-site' }).click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  await look('menu')
  await page.goto(`${house.url}/settings/account`)
  await page.getByRole('button', { name: 'New token…' }).click()
  await page.getByRole('dialog').waitFor()
  await look('new-token')

  expect(problems).toEqual([])
  await page.context().close()
})

test('the door is sound in dark and in light', async () => {
  const context = await visitors.browser.newContext({ viewport: PHONE })
  const page = await context.newPage()
  await page.goto(house.url)
  await page.getByRole('button', { name: 'Log in', exact: true }).waitFor()

  expect(await inBoth(page, 'login-phone')).toEqual([])
  await context.close()
})
