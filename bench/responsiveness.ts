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
      const times: number[] = await page.evaluate('window.interactions')
      report(atMost(`interaction to next paint, p95 of ${times.length}`, quantile(times, 0.95), [100, 'ms']))
    } finally {
      await browser.close()
      await stage.close()
    }
  },
}

// From the event to the frame after its work: what "Interaction to Next Paint" counts, for every key and press.
const WATCH = `
  window.interactions = []
  for (const type of ['keydown', 'pointerup'])
    window.addEventListener(type, (event) => {
      const begun = event.timeStamp
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => window.interactions.push(performance.now() - begun)
        channel.port2.postMessage(null)
      })
    }, true)`

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
