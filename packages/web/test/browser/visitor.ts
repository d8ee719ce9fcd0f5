// People at their browsers: one Chromium a file, a context for each of them, and a note of everything that went wrong.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Role } from '@tutti/core'
import type { House } from './house.ts'

export const DESKTOP = { width: 1440, height: 900 }
export const TABLET = { width: 1024, height: 768 }
export const PHONE = { width: 390, height: 844 }

const PATIENCE_MS = 40_000 // on a busy machine; a test that passes waits far less

export const PASSWORD = 'correct horse battery'

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>
export type Login = State

export interface Visitors {
  browser: Browser
  /** The login of the owner, who is made by the one-time link the first time. */
  owner(): Promise<Login>
  /** The login of a new user with this role. */
  user(name: string, role: Role): Promise<Login>
  /** A page at a path, logged in. */
  visit(login: Login, path?: string, options?: BrowserContextOptions): Promise<Page>
  /** Errors of scripts, refusals of the content policy and dialogs, of all pages so far. */
  complaints: string[]
  close(): Promise<void>
}

/** `shared`: the browser of another house, whose visitors close it. */
export async function openVisitors(house: House, shared?: Browser): Promise<Visitors> {
  const browser = shared ?? (await launched())

  const complaints: string[] = []
  let owner: Promise<Login> | null = null
  return {
    browser,
    complaints,
    owner: () => (owner ??= makeOwner(house, browser)),
    user: (name, role) => makeUser(house, browser, { name, role }),
    visit: async (login, path = '/', options = {}) => {
      const context = await browser.newContext({ viewport: DESKTOP, storageState: login, ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await context.newPage()
      listen(page, complaints)
      await page.goto(`${house.url}${path}`)
      return page
    },
    close: () => (shared ? Promise.resolve() : browser.close()),
  }
}

const launched = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    // In a container of one's own there is no other sandbox to be had; evil.test is for the attack page.
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP evil.test 127.0.0.1'],
  })

/** Notes what no page may do: throw, be refused by its own policy, or open a dialog. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(`policy: ${message.text()}`)
  })
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
}

async function makeOwner(house: House, browser: Browser): Promise<Login> {
  const { code } = await house.client.renewSetup({})
  return enter(house, browser, { path: '/v1/setup', data: { code, name: 'ada', password: PASSWORD } })
}

async function makeUser(
  house: House,
  browser: Browser,
  { name, role }: { name: string; role: Role },
): Promise<Login> {
  const { invite } = await house.client.createUser({ name, role })
  return enter(house, browser, { path: '/v1/invites/accept', data: { code: invite, password: PASSWORD } })
}

async function enter(
  house: House,
  browser: Browser,
  { path, data }: { path: string; data: object },
): Promise<Login> {
  const context = await browser.newContext()
  const reply = await context.request.post(`${house.url}${path}`, { headers: { 'x-tutti': '1' }, data })
  if (!reply.ok()) throw new Error(await reply.text())
  const state = await context.storageState()
  await context.close()
  return state
}
