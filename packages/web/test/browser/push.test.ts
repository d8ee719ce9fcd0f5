// A notification in a real Chromium: shown while no page needs to be open, and answered by its buttons.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { standIn } from './stand-in.ts'
import { tmuxText } from './terminal-view.ts'
import { openVisitors, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let page: Page

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  page = await visitors.visit(await visitors.owner())
  await page.context().grantPermissions(['notifications'], { origin: house.url })
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

/** Delivers a message to the service worker as the browser does when a push service brings one. */
async function deliver(message: unknown): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const known = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first) resolve(first.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  await devtools.send('ServiceWorker.deliverPushMessage', {
    origin: house.url,
    registrationId: await known,
    data: JSON.stringify(message),
  })
}

const shown = () =>
  page.evaluate(`navigator.serviceWorker.ready
    .then((registration) => registration.getNotifications())
    .then((all) => all.map(({ title, body, actions }) => ({ title, body, actions: actions.map(({ action }) => action) })))`)

/** Presses a button of the notification that is shown. */
async function press(action: string): Promise<void> {
  const [worker] = page.context().serviceWorkers()
  await worker?.evaluate(
    `self.registration.getNotifications().then(([notification]) =>
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action: '${action}' })))`,
  )
}

/** What the daemon sends of what an agent asks. */
async function messageOf(agent: Agent) {
  const asked = async () => (await house.client.listAttention({ agentId: agent.id }))[0]
  await expect.poll(asked).toBeDefined()
  const item = await asked()
  const choices = item?.ask.questions[0]?.choices.map(({ key, label }) => ({ key, label })) ?? []
  const { id, version } = item ?? {}
  return { id, version, agentId: agent.id, agent: agent.name, kind: 'approval', title: 'npm test', choices }
}

test('it says who asks for what, and its button answers the program', async () => {
  const agent = await standIn(house, 'far-away', { tool: 'Bash', input: { command: 'npm test' } })
  await deliver(await messageOf(agent))

  await expect
    .poll(shown)
    .toEqual([{ title: 'far-away asks for approval', body: 'npm test', actions: ['allow', 'deny'] }])
  await press('allow')

  await expect.poll(() => tmuxText(house, agent)).toContain('ANSWER {"behavior":"allow"}')
  expect(visitors.complaints).toEqual([])
})

test('what was settled meanwhile is told by the sentence of the daemon, and changes nothing', async () => {
  const agent = await standIn(house, 'too-late', { tool: 'Bash', input: { command: 'npm test' } })
  const message = await messageOf(agent)
  await house.client.answerAttention({
    id: (await house.client.listAttention({ agentId: agent.id }))[0]?.id ?? 'att_0',
    version: Number(message.version),
    answer: { kind: 'deny', reason: '' },
  })
  await expect.poll(() => tmuxText(house, agent)).toContain('ANSWER {"behavior":"deny"')
  await deliver(message)
  await expect.poll(async () => JSON.stringify(await shown())).toContain('too-late asks for approval')

  await press('allow')

  await expect.poll(async () => JSON.stringify(await shown())).toContain('too-late: not answered')
  expect(await tmuxText(house, agent)).not.toContain('"allow"')
})
