// What agents ask, answered from where one is: a phone, the queue, the terminal; and shown as text, whatever it looks like.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { keepPicture, tidyUpAfterTests } from './screenshots.ts'
import { said, standIn } from './stand-in.ts'
import { enterTerminal, screenText, tmuxText } from './terminal-view.ts'
import { PHONE, openVisitors, type Login, type Visitors } from './visitor.ts'

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

const command = (text: string) => ({ tool: 'Bash', input: { command: text } })
const answerOf = async (agent: Agent) => /ANSWER (.*)/.exec(await tmuxText(house, agent))?.[1]
const card = (page: Page, text: string) => page.locator('[data-card]').filter({ hasText: text })

test('an approval is answered from a phone, and the program takes the answer', async () => {
  const agent = await standIn(house, 'pocket-api', command('npm run deploy'))
  const page = await visitors.visit(ada, '/', { viewport: PHONE, hasTouch: true, isMobile: true })

  await page.getByRole('link', { name: 'Needs you 1 agent needs you' }).tap()
  const allow = card(page, 'npm run deploy').getByRole('button', { name: 'Allow', exact: true })
  await allow.waitFor()
  await keepPicture(page, 'ask-phone-light')
  const box = await allow.boundingBox()
  await allow.tap()

  await expect.poll(() => answerOf(agent)).toBe('{"behavior":"allow"}')
  await page.getByText('the program has taken it').first().waitFor()
  expect(box?.height).toBeGreaterThanOrEqual(48)
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('seven agents that ask the same are one decision', async () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((name) => `crew-${name}`)
  const agents = await Promise.all(names.map((name) => standIn(house, name, command('npm test'))))
  const page = await visitors.visit(ada, '/needs')

  const group = card(page, '7 agents ask')
  await group.waitFor()
  await group.getByRole('button', { name: 'Allow all 7' }).click()

  for (const agent of agents) await expect.poll(() => answerOf(agent)).toBe('{"behavior":"allow"}')
  const waiting = async () =>
    (await house.client.listAttention({})).filter(({ ask }) => ask.kind === 'approval')
  await expect.poll(waiting).toEqual([])
  await page.context().close()
})

test('by keys alone: 3 denies, with a reason that the agent reads', async () => {
  const agent = await standIn(house, 'desk-api', command('rm -rf build'))
  const page = await visitors.visit(ada, '/')
  await page.getByRole('link', { name: '1 agent needs you' }).waitFor()
  await page.keyboard.press('Control+j')
  await card(page, 'rm -rf build').waitFor()
  await page.keyboard.press('3')
  await page.getByRole('textbox').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('textbox').waitFor({ state: 'detached' })
  // What had the focus is gone; the card has it, so that the next key is not lost.
  await expect.poll(() => page.evaluate("document.activeElement.hasAttribute('data-at')")).toBe(true)

  await page.keyboard.press('3')
  await page.getByLabel('Why not, and what to do instead').waitFor()
  await page.keyboard.type('use npm run clean')
  await page.keyboard.press('Enter')

  await expect.poll(() => answerOf(agent)).toBe('{"behavior":"deny","message":"use npm run clean"}')
  await page.context().close()
})

test('an answer at the keyboard of the terminal comes first: the queue says so, and answers no more', async () => {
  const args = ['--scenario=approval', '--speed=20']
  const agent = await house.agent('typed-api', { program: 'rehearsal', args })
  const queue = await visitors.visit(ada, '/needs')
  const asked = card(queue, 'typed-api')
  await asked.getByRole('button', { name: 'Allow', exact: true }).waitFor()
  const terminal = await visitors.visit(ada, `/agents/${agent.id}`)
  await expect.poll(() => screenText(terminal)).toContain('Do you want to proceed?')

  await enterTerminal(terminal)
  await terminal.keyboard.press('1')

  await asked.getByText('Settled without you: It was answered at the keyboard').waitFor()
  expect(await asked.getByRole('button', { name: 'Allow', exact: true }).count()).toBe(0)
  const settled = await house.client.listAttention({ settled: true, agentId: agent.id })
  expect(settled).toMatchObject([{ receipt: 'stale', answer: null, answeredBy: null }])
  await expect.poll(() => tmuxText(house, agent)).toContain('All tests pass.')
  await terminal.context().close()
  await queue.context().close()
})

test('a rule answers what waits already, after showing what it would have answered', async () => {
  const agent = await standIn(house, 'rule-api', command('npm run lint'))
  const page = await visitors.visit(ada, `/agents/${agent.id}`)
  const bar = page.getByRole('region', { name: 'What rule-api asks' })
  await bar.getByRole('button', { name: 'Always…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Always allow this?' })
  await dialog.getByText(/It would have answered|In the past it would have answered/).waitFor()
  await keepPicture(page, 'rule-desktop-light')
  await dialog.getByRole('button', { name: 'Allow from now on' }).click()

  await expect.poll(() => answerOf(agent)).toBe('{"behavior":"allow"}')
  expect(await house.client.listRules({})).toMatchObject([
    { effect: 'allow', tool: 'Bash', pattern: 'npm run lint', agentId: agent.id },
  ])
  await page.context().close()
})

test('a hostile tool name and command are text in the queue, under the terminal and in the rule', async () => {
  const tool = '<img src=x onerror=alert(1)>\u001B[31m\u202E'
  const agent = await standIn(house, 'hostile', {
    tool,
    input: { command: '<script>alert(1)</script>\u0007', description: '[x](javascript:alert(1))' },
  })
  const page = await visitors.visit(ada, '/needs')
  const asked = card(page, 'hostile')
  await asked.waitFor()

  expect(await asked.innerText()).toContain('<img src=x onerror=alert(1)>␛[31m⟨202E⟩')
  expect(await asked.innerText()).toContain('<script>alert(1)</script>␇')
  await page.goto(`${house.url}/agents/${agent.id}`)
  await page.getByRole('region', { name: 'What hostile asks' }).getByText('<script>').waitFor()
  expect(await page.locator('img[src="x"], main script').count()).toBe(0)
  expect(await page.evaluate('window.xss')).toBeUndefined()
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('the conversation reads as written: Markdown, folded tools, and no HTML of anybody', async () => {
  const hostile = '<img src=x onerror=alert(1)> [click](javascript:alert(1)) **bold** `code`'
  const agent = await standIn(house, 'talker', {
    ...command('ls'),
    lines: [
      said('user', 'u1', 'What is in here?'),
      said('assistant', 'a1', [
        { type: 'thinking', thinking: 'I should look.' },
        { type: 'text', text: `## Result\n\n${hostile}\n\n- one\n- two` },
        { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls -la' } },
      ]),
      said('user', 'u2', [{ type: 'tool_result', tool_use_id: 't1', content: '\u001B[1mtotal 8\u001B[0m' }]),
    ],
  })
  const page = await visitors.visit(ada, `/agents/${agent.id}/chat`)
  const log = page.getByRole('log')

  await log.getByText('What is in here?').waitFor()
  await log.getByRole('heading', { name: 'Result' }).waitFor()
  expect(await log.locator('strong', { hasText: 'bold' }).count()).toBe(1)
  expect(await log.getByText('<img src=x onerror=alert(1)>').count()).toBe(1)
  expect(await log.locator('a').count()).toBe(0)
  expect(await log.getByText('total 8').count()).toBe(0)
  await log.getByRole('button', { name: /ls -la/ }).click()
  await log.getByText('total 8').waitFor()
  expect(await log.innerText()).not.toContain('[1m')
  await keepPicture(page, 'chat-desktop-light')
  await page.getByRole('button', { name: 'Search the conversation' }).click()
  await page.getByRole('searchbox', { name: 'Search the conversation' }).fill('should look')
  await page.getByText('1 entry').waitFor()
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('on the wall 1 answers the tile that has the focus', async () => {
  const agent = await standIn(house, 'wall-api', command('make all'))
  const page = await visitors.visit(ada, '/wall')
  const tile = page
    .getByRole('list', { name: 'Live screens of all agents' })
    .getByRole('link', { name: /wall-api/ })
  await page.getByRole('region', { name: 'What wall-api asks' }).waitFor()
  await tile.focus()
  await page.keyboard.press('1')

  await expect.poll(() => answerOf(agent)).toBe('{"behavior":"allow"}')
  await page.context().close()
})

test('every state says why: the evidence is one press away', async () => {
  const agent = await standIn(house, 'reasoned', command('make'))
  const page = await visitors.visit(ada, `/agents/${agent.id}`)
  await page.getByRole('article').getByRole('button', { name: 'waiting for approval' }).click()

  const why = page.getByRole('dialog', { name: 'Why reasoned is shown as waiting for approval' })
  await why.getByText('decides').waitFor()
  await keepPicture(page, 'why-desktop-light')
  await page.keyboard.press('Escape')

  await why.waitFor({ state: 'detached' })
  expect(await page.getByRole('heading', { name: 'reasoned' }).count()).toBe(1)
  await page.context().close()
})
