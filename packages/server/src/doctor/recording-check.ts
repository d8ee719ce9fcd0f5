// Recordings and avatars: a recording must read as asciicast to its end, and what the newest backup holds must not have
// changed without being written.
import { createHash } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from '@tutti/core'
import { z } from 'zod'
import type { Manifest } from '../backup/archive.ts'
import { isThere } from '../db/file-check.ts'

// https://docs.asciinema.org/manual/asciicast/v2/
const Head = z.looseObject({ version: z.literal(2), width: z.int().positive(), height: z.int().positive() })
const Entry = z.tuple([z.number().nonnegative(), z.string().min(1), z.string()])

/** A check for each damaged file, or one that all are well. */
export async function checkRecordings(dataFolder: string, newest: Manifest | null): Promise<Check[]> {
  const checks: Check[] = []
  let files = 0
  for (const folder of ['recordings', 'avatars']) {
    for (const name of await namesIn(join(dataFolder, folder))) {
      const path = join(dataFolder, folder, name)
      files += 1
      const problem = (await changed(path, `${folder}/${name}`, newest)) ?? (await unreadable(path))
      if (problem) checks.push({ name: folder, ok: false, detail: problem, path, advice: ADVICE })
    }
  }
  if (checks.length > 0) return checks
  return [{ name: 'recordings and avatars', ok: true, detail: `${files} files read` }]
}

const ADVICE = 'Take it from a backup (any tar program opens one), or remove it.'

async function namesIn(folder: string): Promise<string[]> {
  if (!isThere(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

/** Bits that rot change no time: a file that is older than the backup must be the same as in it. */
async function changed(path: string, name: string, newest: Manifest | null): Promise<string | null> {
  const before = newest?.members.find((member) => member.name === name)
  if (!newest || !before) return null
  const { mtimeMs } = await stat(path)
  if (mtimeMs >= newest.createdAt) return null
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return sha256 === before.sha256 ? null : 'it is not what the newest backup holds, though nobody wrote to it'
}

async function unreadable(path: string): Promise<string | null> {
  if (!path.endsWith('.cast')) return null
  const [head, ...entries] = (await readFile(path, 'utf8')).split('\n')
  if (!Head.safeParse(json(head ?? '')).success) return 'its first line is not the head of an asciicast'
  // One that is being recorded, or was when the machine died, may end within a line.
  const wrong = entries.slice(0, -1).findIndex((line) => !Entry.safeParse(json(line)).success)
  return wrong < 0 ? null : `line ${wrong + 2} is not of an asciicast`
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // the schema refuses it, and says so
  }
}
