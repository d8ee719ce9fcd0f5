// A new user on a bare machine: from the first command to a live terminal that answers, through the dashboard itself.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { atMost, type Part } from './row.ts'
import { freePort, ROOT } from './stage.ts'

const TARGET_S = 75
const GIVE_UP_MS = 180_000

export const newcomer: Part = {
  name: 'newcomer',
  async run(report) {
    const folder = mkdtempSync(join(tmpdir(), 'tutti-newcomer-'))
    // Browser and home are there before; everything of Tutti comes after the first command.
    const browser = await openBrowser()
    let tutti: ChildProcess | null = null
    try {
      const env = await bareMachine(folder)
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      const begun = performance.now()
      await done(spawn('git', ['clone', '--quiet', ROOT, 'tutti'], { cwd: folder, env, stdio: 'ignore' }))
      const cwd = join(folder, 'tutti')
      await done(spawn('npm', ['ci'], { cwd, env, stdio: 'ignore' }))
      // A group of its own, so that what npm starts ends with it.
      tutti = spawn('npm', ['start'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
      await page.goto(await printedLink(tutti))
      await becomeOwner(page)
      await makeAgent(page, env['HOME'])
      await seeEcho(page)
      const seconds = (performance.now() - begun) / 1000
      report(atMost('new user, first command to an answering terminal', seconds, [TARGET_S, 's']))
      await deleteAgent(page)
    } finally {
      await browser.close()
      if (tutti) await endGroup(tutti)
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** An empty home, an empty npm cache and a free port. */
async function bareMachine(folder: string) {
  const home = join(folder, 'home')
  mkdirSync(join(home, 'project'), { recursive: true })
  return {
    ...process.env,
    HOME: home,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    npm_config_cache: join(folder, 'cache'),
    TUTTI_PORT: String(await freePort()),
  }
}

function done(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${child.spawnargs.join(' ')}: ${code}`)),
    )
  })
}

/** The one-time link, out of what a person reads in the terminal. */
function printedLink(tutti: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const late = setTimeout(
      () => reject(new Error(`no link within ${GIVE_UP_MS} ms:\n${printed}`)),
      GIVE_UP_MS,
    )
    tutti.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const link = /https?:\/\/\S+#setup=[\w-]+(?=\s)/.exec(printed)?.[0]
      if (!link) return
      clearTimeout(late)
      resolve(link)
    })
    tutti.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)))
  })
}

async function becomeOwner(page: Page): Promise<void> {
  await page.getByLabel('Your name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByLabel('Password once more').fill('correct horse battery')
  await page.getByRole('button', { name: 'Create owner' }).click()
}

async function makeAgent(page: Page, home: string): Promise<void> {
  await page.getByRole('button', { name: 'New agent' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill('first-agent')
  await page.getByRole('button', { name: 'Choose…' }).click()
  await page.getByRole('button', { name: 'project' }).click()
  await page.getByText(join(home, 'project'), { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Use this folder' }).click()
  await page.getByRole('radio', { name: /^bash/ }).check()
  await page.getByRole('button', { name: 'Create agent' }).click()
}

async function seeEcho(page: Page): Promise<void> {
  await page.locator('.xterm-screen').click()
  await page.keyboard.type('echo live"ly"')
  await page.keyboard.press('Enter')
  await page.locator('.xterm-rows').getByText('lively', { exact: true }).waitFor()
}

/** Its session would outlive the daemon. */
async function deleteAgent(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Actions for first-agent' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByText('Deleted first-agent.').waitFor()
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  await gone
}
