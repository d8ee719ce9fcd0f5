// Installed as an app: the manifest is complete, and the shell opens while the daemon is away.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type House } from './house.ts'
import { keepPicture, tidyUpAfterTests } from './screenshots.ts'
import { openVisitors, type Login, type Visitors } from './visitor.ts'

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

test('the browser finds no fault with the manifest and could install the app', async () => {
  const page = await visitors.visit(ada)
  await page.getByText('No agents yet').waitFor()
  const devtools = await page.context().newCDPSession(page)

  const { url, errors, data } = await devtools.send('Page.getAppManifest')

  expect(url).toBe(`${house.url}/manifest.webmanifest`)
  expect(errors).toEqual([])
  const manifest: { icons: { src: string; type: string; sizes: string }[] } = JSON.parse(data ?? '{}')
  for (const { src, type } of manifest.icons) {
    const icon = await page.request.get(house.url + src)
    expect([src, icon.status(), icon.headers()['content-type']]).toEqual([src, 200, type])
  }
  await page.context().close()
})

test('the shell opens while the daemon is away, says so, and goes on when it is back', async () => {
  const page = await visitors.visit(ada)
  await page.getByText('No agents yet').waitFor()
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  const kept = `caches.open('tutti-shell-1').then((cache) => cache.keys()).then((keys) => keys.length)`
  // The door and every late screen, which this page has not asked for.
  expect(await page.evaluate(kept)).toBeGreaterThan(40)

  await house.stop()
  await page.reload()
  await page.getByRole('heading', { name: 'Tutti does not answer' }).waitFor()
  await keepPicture(page, 'offline-desktop-light')
  await house.restart()
  await page.getByRole('button', { name: 'Try again' }).click()

  await page.getByText('No agents yet').waitFor()
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})
