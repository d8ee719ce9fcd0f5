// How quick the dashboard is there with three hundred agents, and how quick it feels while ten more flood and states change all
// the time.
import type { Browser, Page } from 'playwright-core'
import { openBrowser, ownerLogin, type Login } from './browser.ts'
import { atMost, median, quantile, type Part } from './row.ts'
import { createAgents, openStage, type Stage } from './stage.ts'

const AGENTS = 300
const FLOODING = 10
const CHANGING = 20
const LOADS = 5

export const responsiveness: Part = {
  name: 'responsiveness',
  async run(report) {
    const stage = await openStage()
    const browser = await openBrowser()
    try {
      await createAgents(stage, { count: AGENTS, prefix: 'docs', program: 'cat', args: [] })
      const storageState = await ownerLogin(stage, browser)
      const context = await browser.newContext({ storageState, viewport: { width: 1440, height: 900 } })
      const loads = []
      for (let i = 0; i < LOADS; i++) loads.push(await firstLoad(stage, browser, storageState))
      const label = `first load with ${AGENTS} agents`
      report(atMost(`${label}, median of ${LOADS}`, median(loads.map(({ ms }) => ms)) / 1000, [1, 's']))
      report(
        atMost(`${label}, requests`, Math.max(...loads.map(({ requests }) => requests)), [12, 'requests']),
      )

      const busy = ['--scenario=busy', '--speed=20']
      await createAgents(stage, { count: CHANGING, prefix: 'busy', program: 'rehearsal', args: busy })
      const flood = ['-c', 'while :; do seq 1 100; sleep 0.05; done']
      await createAgents(stage, { count: FLOODING, prefix: 'flood', program: '/bin/sh', args: flood })

      const page = await context.newPage()
      await page.addInitScript(WATCH)
      await page.goto(stage.url)
      await page.getByRole('treeitem').first().waitFor()
      await use(page)
      const times = await interactionTimes(page)
      report(atMost(`interaction to next paint, p95 of ${times.length}`, quantile(times, 0.95), [100, 'ms']))
    } finally {
      await browser.close()
      await stage.close()
    }
  },
}

// Event Timing, which "Interaction to Next Paint" is made of: from the event to the frame that shows its work. What took less than
// 16 ms it does not list. A task of our own after the frame would stand behind the keys that the driver types without a pause.
const WATCH = `
  window.interactions = new Map()
  window.pressed = 0
  for (const type of ['keydown', 'pointerup']) window.addEventListener(type, () => window.pressed++, true)
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId > 0)
        window.interactions.set(interactionId, Math.max(duration, window.interactions.get(interactionId) ?? 0))
  }).observe({ type: 'event', durationThreshold: 16 })`

const LISTED_MS = 16

/** Of every interaction; those that were too short to be listed count as just so. */
async function interactionTimes(page: Page): Promise<number[]> {
  const listed: number[] = await page.evaluate('[...window.interactions.values()]')
  const count: number = await page.evaluate('window.pressed')
  const short = Math.max(0, count - listed.length)
  return [...listed, ...Array.from({ length: short }, () => LISTED_MS)]
}

/** What a person does in a busy minute: move, open, type, filter, palette, wall. */
async function use(page: Page): Promise<void> {
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  for (let round = 0; round < 4; round++) {
    await press('j', 'j', 'j', 'k', 'Enter')
    await press('/')
    await page.keyboard.type('flood')
    await press('Enter', 'j', 'j', 'Enter')
    await page.locator('.xterm-screen').waitFor()
    await page.keyboard.type('typed beside a flood')
    await press('Control+Shift+Period')
    await page.getByRole('searchbox').fill('')
    await press('Escape')
    await press('Control+k')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type('docs-12')
    await press('ArrowDown', 'ArrowUp', 'Enter')
    await page.locator('.xterm-screen').waitFor()
    await press('Control+Shift+Period')
    await press('g', 'w')
    await page.locator('main li').first().waitFor()
    await press('j', 'ArrowRight', 'ArrowDown', 'g', 'a')
    await page.getByRole('treeitem').nth(5).click()
  }
}

async function firstLoad(stage: Stage, browser: Browser, storageState: Login) {
  const context = await browser.newContext({ storageState, viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  let requests = 0
  page.on('request', () => (requests += 1))
  await page.goto(stage.url)
  await page.getByRole('treeitem').first().click({ trial: true })
  const ms: number = await page.evaluate('performance.now()')
  await context.close()
  return { ms, requests }
}
