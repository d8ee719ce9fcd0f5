// `tutti` for programs in a session: a folder with that one command, so that agents find it wherever Tutti was installed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Makes the folder, 0700, with a command that runs `argv`; answers with the folder. */
export function putOwnCommand(folder: string, argv: readonly string[]): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'tutti')
  const line = argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
  // Removed first: a file that is there already would keep its mode.
  rmSync(path, { force: true })
  writeFileSync(path, `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o700, flag: 'wx' })
  return folder
}
