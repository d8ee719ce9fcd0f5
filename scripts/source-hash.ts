// Whether a build is still that of the sources, by their content: times lie after a checkout.
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.ts'

const SOURCES = [
  'package-lock.json',
  'scripts/*.ts',
  'packages/*/package.json',
  'packages/*/src/**/*.{ts,tsx,css,sql}',
  'packages/web/{index.html,vite.config.ts}',
  'packages/web/public/**/*.*',
  'integrations/skills/**/*.md',
]

/** A hash over all that a build reads. */
export function sourceHash(folder: string = root): string {
  const hash = createHash('sha256')
  for (const path of globSync(SOURCES, { cwd: folder }).toSorted()) {
    if (path.includes('.test.')) continue
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(folder, path)))
      .update('\0')
  }
  return hash.digest('hex')
}
