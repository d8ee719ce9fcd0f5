// The token of this machine's own commands: whoever may read the owner's files may act as the owner.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RandomBytes } from '@tutti/core'
import { hashOf, newSecret, TOKEN_PREFIX } from './secret.ts'

export interface LocalToken {
  hash: Uint8Array
  remove(): void
}

/** `keys/local.token` below the data folder. */
export const localTokenPath = (dataFolder: string): string => join(dataFolder, 'keys', 'local.token')

/** A new token at every start, in a file that only its owner may read; the server keeps the hash. */
export function writeLocalToken(dataFolder: string, random: RandomBytes): LocalToken {
  const path = localTokenPath(dataFolder)
  const secret = TOKEN_PREFIX + newSecret(random)
  mkdirSync(join(dataFolder, 'keys'), { recursive: true, mode: 0o700 })
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(draft, path)
  return { hash: hashOf(secret), remove: () => rmSync(path, { force: true }) }
}
