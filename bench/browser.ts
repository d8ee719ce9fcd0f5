// The browser of a measurement, and the owner who is logged in to it.
import { chromium, type Browser } from 'playwright-core'
import type { Stage } from './stage.ts'

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })

/** What a new page needs to be logged in. */
export type Login = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>

/** Makes the owner by the one-time link and keeps the login. */
export async function ownerLogin(stage: Stage, browser: Browser): Promise<Login> {
  const { code } = await stage.client.renewSetup({})
  const context = await browser.newContext()
  const reply = await context.request.post(`${stage.url}/v1/setup`, {
    headers: { 'x-tutti': '1' },
    data: { code, name: 'ada', password: 'correct horse battery' },
  })
  if (!reply.ok()) throw new Error(await reply.text())
  const login = await context.storageState()
  await context.close()
  return login
}
