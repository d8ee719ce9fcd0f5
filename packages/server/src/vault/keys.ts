// Key files: outside the database, for its owner only, and with a checksum, so that a flipped bit is named and not used.
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fault } from '@tutti/core'
import type { RandomBytes } from '@tutti/core'
import { writeDurably } from '../db/durable-file.ts'
import { isThere } from '../db/file-check.ts'
import { readIfThere } from '../db/wal.ts'

export const KEY_NAMES = ['vault', 'audit'] as const
export type KeyName = (typeof KEY_NAMES)[number]
export type Keys = Readonly<Record<KeyName, Uint8Array>>

const KEY_BYTES = 32
const LINE = /^tutti-key-1 ([A-Za-z0-9_-]{43}) ([0-9a-f]{16})\n$/

export const keyPath = (dataFolder: string, name: KeyName) => join(dataFolder, 'keys', `${name}.key`)

/**
 * The keys of a data folder, made on its first start. A folder with a database but without its keys is refused: a new
 * key would lose every stored secret and break the audit chain.
 */
export function openKeys(deps: { dataFolder: string; databasePath: string; random: RandomBytes }): Keys {
  const first = !isThere(deps.databasePath)
  mkdirSync(join(deps.dataFolder, 'keys'), { recursive: true, mode: 0o700 })
  const open = (name: KeyName) => readOrCreateKey(keyPath(deps.dataFolder, name), deps.random, first)
  return { vault: open('vault'), audit: open('audit') }
}

/** Reads a key; makes it when it is not there and may be made. */
export function readOrCreateKey(path: string, random: RandomBytes, mayCreate: boolean): Uint8Array {
  const text = readIfThere(path)?.toString('latin1')
  if (text !== undefined) return parseKey(path, text)
  if (!mayCreate) throw fault('secret.missing', { path })
  const key = random(KEY_BYTES)
  writeDurably(path, formatKey(key))
  return key
}

/** Reads a key that must be there. */
export function readKey(path: string): Uint8Array {
  const text = readIfThere(path)?.toString('latin1')
  if (text === undefined) throw fault('secret.missing', { path })
  return parseKey(path, text)
}

function parseKey(path: string, text: string): Uint8Array {
  const key = Buffer.from(LINE.exec(text)?.[1] ?? '', 'base64url')
  // Written again it must be the same text: base64 has spare bits that a flip could hide in.
  if (key.length !== KEY_BYTES || formatKey(key) !== text) throw fault('secret.missing', { path })
  return new Uint8Array(key)
}

function formatKey(key: Uint8Array): string {
  const checksum = createHash('sha256').update(key).digest('hex').slice(0, 16)
  return `tutti-key-1 ${Buffer.from(key).toString('base64url')} ${checksum}\n`
}
