// Pictures of pages for people to look at, and an end to the pages of each test; dist is not committed.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeEach } from 'vitest'

export const SCREENSHOTS = join(import.meta.dirname, '../../../../dist/screenshots')

export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}

/**
 * When a test fails, keeps what every open page showed. Closes what the test opened, because a page that nobody looks at any
 * more still draws what the daemon streams to it.
 */
export function tidyUpAfterTests(browser: () => Browser): void {
  beforeEach(({ onTestFinished, task }) => {
    const before = new Set(browser().contexts())
    onTestFinished(async () => {
      if (task.result?.state === 'fail') await pictureAll(browser(), task.name)
      for (const context of browser().contexts()) if (!before.has(context)) await context.close()
    })
  })
}

async function pictureAll(browser: Browser, test: string): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages())
  const name = test.replaceAll(/\W+/g, '-').slice(0, 60)
  for (const [i, page] of pages.entries()) await keepPicture(page, `failed-${name}-${i}`)
}
