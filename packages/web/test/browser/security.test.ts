// Attacks that need a browser: another site, a crafted link, hostile text in every field, and what stays behind in logs.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { screenText } from './terminal-view.ts'
import { openVisitors, type Login, type Visitors } from './visitor.ts'
import { XSS } from './xss.ts'

let house: House
let visitors: Visitors
let ada: Login
let evil: Server

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  ada = await visitors.owner()
  evil = createServer((_request, reply) => {
    reply.setHeader('content-type', 'text/html')
    reply.end('<!doctype html><title>evil</title>')
  })
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  evil.close()
  await visitors.close()
  await house.close()
})

test('C11 a site whose name points here gets no answer, changes nothing and opens no socket', async () => {
  const context = await visitors.browser.newContext({ storageState: ada })
  const page = await context.newPage()
  const { port } = evil.address() as AddressInfo
  const before = house.logs().length
  await page.goto(`http://evil.test:${port}/`)

  const got = await page.evaluate(attack, [`http://evil.test:${house.port}`, house.url])

  // From its own name it may read an answer, and that is a refusal; across origins it may read nothing.
  expect(got.readable.filter(({ status }) => status !== 421)).toEqual([])
  expect(got.sockets).toEqual([])
  expect((await house.client.listAgents({})).map(({ name }) => name)).toEqual([])
  const lines = house.logs().slice(before).trim().split('\n')
  const refusals = lines.map((line) => JSON.parse(line) as { actor: string; fault?: string })
  expect(refusals.length).toBeGreaterThan(50)
  // No request came as far as a handler: the guard refused each of them, and nobody was logged in.
  expect(refusals.filter(({ actor, fault }) => actor !== 'anonymous' || !GUARD.has(fault ?? ''))).toEqual([])
  await context.close()
})

const GUARD = new Set(['request.host-refused', 'request.cross-site', 'request.origin-refused'])

/** The attack page: reads, writes and sockets, by the rebound name and by ours. */
async function attack(targets: string[]) {
  const readable: { url: string; status: number }[] = []
  const sockets: string[] = []
  const body = JSON.stringify({ name: 'pwned', folder: '/', program: 'sh' })
  const attempts: RequestInit[] = [
    {},
    { credentials: 'include' },
    { method: 'POST', credentials: 'include', body },
    {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json', 'x-tutti': '1' },
      body,
    },
    { method: 'POST', mode: 'no-cors', credentials: 'include', body },
  ]
  const paths = ['/', '/v1/agents', '/v1/me', '/v1/tickets', '/v1/setup/code']
  for (const url of targets.flatMap((target) => paths.map((path) => target + path))) {
    for (const init of attempts) {
      const reply = await fetch(url, init).catch(() => null)
      if (reply && reply.type !== 'opaque') readable.push({ url, status: reply.status })
    }
  }
  const opens = ['/v1/stream', '/v1/stream?ticket=x', '/anything']
  for (const url of targets.flatMap((target) => opens.map((path) => target.replace('http', 'ws') + path))) {
    const opened = await new Promise<boolean>((resolve) => {
      const socket = new WebSocket(url)
      socket.addEventListener('open', () => resolve(true))
      socket.addEventListener('error', () => resolve(false))
    })
    if (opened) sockets.push(url)
  }
  return { readable, sockets }
}

test('C12 a crafted link makes the page neither connect elsewhere nor change anything', async () => {
  const agent = await house.agent('target')
  // What a person could change; a title or a time may change by itself while the page looks on.
  const facts = async () =>
    (await house.client.listAgents({})).map(({ id, name, version, deletedAt }) => ({
      id,
      name,
      version,
      deletedAt,
    }))
  const before = await facts()
  const page = await visitors.visit(ada)
  const foreign: string[] = []
  const own = new URL(house.url).host
  page.context().on('request', (request) => {
    if (new URL(request.url()).host !== own) foreign.push(request.url())
  })
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== own) foreign.push(socket.url())
  })

  for (const link of [
    '?gatewayUrl=ws://evil.test:9/v1/stream&token=abc&auto=1',
    '?server=http://evil.test:9&url=http://evil.test:9',
    '#server=http://evil.test:9',
    '#setup=AAAAAAAAAAAAAAAAAAAAAAAA',
    '#invite=AAAAAAAAAAAAAAAAAAAAAAAA',
    '?ticket=AAAAAAAAAAAAAAAA',
    `agents/${agent.id}?action=delete&run=rm`,
    'new?name=pwned&program=sh&folder=/&create=1',
    '//evil.test:9/',
    'agents/..%2f..%2fv1%2flogout',
  ]) {
    const reply = await page.goto(`${house.url}/${link}`)
    if (reply?.ok()) await page.locator('#main').waitFor()
  }

  expect(foreign).toEqual([])
  expect(await facts()).toEqual(before)
  await page.context().close()
})

test('C27 sixty attacks in every field that people and programs can fill are shown as the text they are', async () => {
  for (const [i, payload] of XSS.slice(0, 20).entries()) {
    await house.agent(`xss-${i}`, {
      label: payload.slice(0, 120),
      persona: { role: payload.slice(0, 200), personality: payload, instructions: payload },
      program: '/bin/cat',
      args: [payload],
      wake: false,
    })
  }
  for (const payload of XSS) {
    const name = payload.replaceAll(/[/\0]/g, '_').slice(0, 60)
    if (name.trim() !== '') mkdirSync(join(house.work, `d${name}`), { recursive: true })
  }
  for (const payload of XSS)
    await house.client.createToken({ label: payload.slice(0, 60).trim() || 'x', scopes: ['agent:read'] })
  const titles = await house.agent('titles', {
    args: ['-c', `while read -r t; do printf '\\033]2;%s\\007%s\\n' "$t" "$t"; done`],
  })
  for (const payload of XSS)
    await house.client.sendKeys({ id: titles.id, text: payload.replaceAll(/[\r\n]/g, ' '), keys: ['Enter'] })

  const page = await visitors.visit(ada)
  for (const path of [
    '/',
    '/wall',
    '/needs',
    '/deleted',
    '/machine',
    '/settings',
    '/settings/access',
    '/settings/audit',
    `/agents/${titles.id}`,
  ]) {
    await page.goto(house.url + path)
    await page.locator('h1, h2').first().waitFor()
  }
  await expect.poll(() => screenText(page)).toContain('alert')
  for (const agent of (await house.client.listAgents({})).slice(0, 20)) {
    await page.goto(`${house.url}/agents/${agent.id}/details`)
    await page.getByRole('heading', { name: agent.name }).waitFor()
  }
  await page.goto(`${house.url}/new`)
  await page.getByRole('button', { name: 'Choose…' }).click()
  await page.getByRole('list', { name: 'Folders' }).getByRole('button').first().waitFor()
  await page.goto(`${house.url}/`)
  await page.getByRole('treeitem').first().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('<img')
  await page.getByRole('option').first().waitFor()

  expect(await page.evaluate(`window.xss ?? 'none'`)).toBe('none')
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('C9 after all of this no log holds a token, a ticket, a cookie or a password', async () => {
  const context = await visitors.browser.newContext({ storageState: ada })
  const page = await context.newPage()
  const tickets: string[] = []
  const referers: string[] = []
  page.on('websocket', (socket) => tickets.push(new URL(socket.url()).searchParams.get('ticket') ?? ''))
  page.on('request', (request) => {
    const referer = request.headers()['referer']
    if (referer) referers.push(referer)
  })
  const { secret } = await house.client.createToken({ label: 'canary', scopes: ['agent:read'] })
  await fetch(`${house.url}/v1/agents`, { headers: { authorization: `Bearer ${secret}` } })
  await page.goto(house.url)
  await page.getByRole('treeitem').first().waitFor()
  await expect.poll(() => tickets.length).toBeGreaterThan(0)
  const cookies = (await context.cookies()).map(({ value }) => value)

  const log = house.logs()
  expect(log.length).toBeGreaterThan(100)
  const secrets = [secret, house.token(), ...tickets, ...cookies, 'correct horse battery']
  expect(secrets.filter((one) => one.length < 16)).toEqual([])
  expect(secrets.filter((one) => log.includes(one))).toEqual([])
  expect(referers).toEqual([])
  await context.close()
})
