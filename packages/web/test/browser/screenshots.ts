// Pictures of pages for people to look at; dist is not committed.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeEach } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../../../dist/screenshots')

export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
}

/** When a test fails, keeps what every open page showed. */
export function keepPicturesOfFailures(browser: () => Browser): void {
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(async () => {
      const pages = browser()
        .contexts()
        .flatMap((context) => context.pages())
      for (const [i, page] of pages.entries())
        await keepPicture(page, `failed-${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}-${i}`)
    })
  })
}
