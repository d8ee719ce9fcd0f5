// Three hundred live agents: the list by API, and the dashboard in a real browser.
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { openBrowser, ownerLogin, type Login } from './browser.ts'
import { atMost, median, type Part, type Row } from './row.ts'
import { createAgents, openStage, type Stage } from './stage.ts'

const SESSIONS = 300
const PAGE_AGENTS = 100

export const agents: Part = {
  name: 'agents',
  async run(report) {
    const stage = await openStage()
    try {
      await createAgents(stage, { count: PAGE_AGENTS, prefix: 'shop-backend', program: 'cat', args: [] })
      await pageLoads(stage, report)
      await createAgents(stage, { count: SESSIONS - PAGE_AGENTS, prefix: 'docs', program: 'cat', args: [] })
      report(
        atMost(`list ${SESSIONS} agents with live sessions, p50`, median(await listTimes(stage, 300)), [
          5,
          'ms',
        ]),
      )
      const together = await Promise.all(Array.from({ length: 8 }, () => listTimes(stage, 50)))
      report(atMost('the same, 8 clients at once, p50', median(together.flat()), [20, 'ms']))
    } finally {
      await stage.close()
    }
  },
}

/** Whole answers as bytes: what a client then does with them is not the server's time. */
async function listTimes(stage: Stage, count: number): Promise<number[]> {
  const headers = { authorization: `Bearer ${stage.token()}` }
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    const reply = await fetch(`${stage.url}/v1/agents`, { headers })
    const { byteLength } = await reply.arrayBuffer()
    times.push(performance.now() - begun)
    if (!reply.ok || byteLength < SESSIONS * 300) throw new Error(`not the whole list: ${byteLength} bytes`)
  }
  return times
}

async function pageLoads(stage: Stage, report: (row: Row) => void): Promise<void> {
  const browser = await openBrowser()
  try {
    const state = await ownerLogin(stage, browser)
    const loads = []
    for (let i = 0; i < 5; i++) loads.push(await load(stage, browser, state))
    const label = `page with ${PAGE_AGENTS} agents`
    report(
      atMost(`${label}, usable after, median of 5`, median(loads.map((one) => one.ms)) / 1000, [0.7, 's']),
    )
    report(atMost(`${label}, requests`, Math.max(...loads.map((one) => one.requests)), [12, 'requests']))
    report(atMost(`${label}, script gzipped`, Math.max(...loads.map((one) => one.scriptKB)), [150, 'kB']))
  } finally {
    await browser.close()
  }
}

async function load(stage: Stage, browser: Browser, storageState: Login) {
  const context = await browser.newContext({ storageState, viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  let requests = 0
  const scripts: Promise<number>[] = []
  page.on('request', () => (requests += 1))
  page.on('response', (reply) => {
    if (reply.request().resourceType() === 'script')
      scripts.push(reply.body().then((body) => gzipSync(body).length))
  })
  await page.goto(stage.url)
  // Usable: an agent is drawn and takes a click.
  await page.getByRole('treeitem').first().click({ trial: true })
  const ms = await page.evaluate(() => performance.now())
  const sizes = await Promise.all(scripts)
  await context.close()
  return { ms, requests, scriptKB: sizes.reduce((sum, size) => sum + size, 0) / 1000 }
}
