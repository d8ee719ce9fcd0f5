// Counts how often a program is started, by standing before it on the PATH.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface ProcessCount {
  /** What makes a process and all below it use the counted one. */
  env: { PATH: string }
  count(): number
  close(): void
}

export function countStarts(program: string): ProcessCount {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-count-'))
  const marks = join(folder, 'marks')
  const real = execFileSync('which', [program], { encoding: 'utf8' }).trim()
  writeFileSync(marks, '')
  writeFileSync(join(folder, program), `#!/bin/sh\nprintf . >>'${marks}'\nexec '${real}' "$@"\n`)
  chmodSync(join(folder, program), 0o755)
  return {
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
    count: () => statSync(marks).size,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
