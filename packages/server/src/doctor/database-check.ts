// The database: its header and size, its log against the mark of the last commit, every page against its checksum, and what
// SQLite itself finds.
import { setTimeout } from 'node:timers/promises'
import { Fault } from '@tutti/core'
import type { Check } from '@tutti/core'
import { isThere, readHeader, sizeProblem } from '../db/file-check.ts'
import { readPageSums, sumsPath, wrongPages } from '../db/page-sums.ts'
import { readMark } from '../db/wal-mark.ts'
import { readWal } from '../db/wal.ts'
import { runThread, threadBesideThis } from '../db/writer-port.ts'

export interface Finding {
  path: string
  problem: string
}

// A running daemon writes while we read: what is wrong must be wrong three times.
const LOOKS = 3
const LOOK_AGAIN_MS = 150

/** Two checks: the bytes, and the structure. */
export async function checkDatabase(path: string, workerUrl = threadBesideThis()): Promise<Check[]> {
  const found = await lasting(() => findDamage(path))
  if (found.length > 0) return found.map(({ path: file, problem }) => failed(file, problem))
  return [{ name: 'database', ok: true, detail: detailOf(path) }, await checkStructure(path, workerUrl)]
}

async function lasting(find: () => Finding[]): Promise<Finding[]> {
  let found: Finding[] = []
  for (let left = LOOKS; left > 0; left--) {
    found = find()
    if (found.length === 0) return []
    if (left > 1) await setTimeout(LOOK_AGAIN_MS)
  }
  return found
}

/** One look at the bytes of the database and its log. */
export function findDamage(path: string): Finding[] {
  if (!isThere(path)) return [{ path, problem: 'it is missing' }]
  const judge = readMark(path)
  const wal = readWal(`${path}-wal`)
  const gone = judge(wal)
  const log = wal?.problem ? { path: `${path}-wal`, problem: wal.problem } : gone
  const header = readHeader(path)
  const shape = typeof header === 'string' ? header : sizeProblem(header, wal)
  const file = shape ? { path, problem: shape } : pageFinding(path)
  return [file, log].filter((one) => one !== null)
}

function pageFinding(path: string): Finding | null {
  const sums = readPageSums(path)
  if (sums === null) return null
  if (typeof sums === 'string') return { path: sumsPath(path), problem: sums }
  const pages = wrongPages(path, sums)
  if (pages.length === 0) return null
  return { path, problem: `not what was written: page ${pages.join(', ')}` }
}

async function checkStructure(path: string, workerUrl: URL): Promise<Check> {
  const name = 'database structure'
  try {
    const lines = await runThread(workerUrl, { task: 'check', path })
    if (lines.length === 0) return { name, ok: true, detail: 'tables and indexes agree' }
    return { ...failed(path, lines.join('; ')), name }
  } catch (error) {
    return { ...failed(path, error instanceof Fault ? error.message : String(error)), name }
  }
}

function detailOf(path: string): string {
  const sums = readPageSums(path)
  if (sums === null || typeof sums === 'string') return 'whole; its pages have no checksums yet'
  return `${sums.sums.length} pages, all as they were written`
}

function failed(path: string, problem: string): Check {
  const check = { name: 'database', ok: false, detail: problem, path }
  // These two are made again by the next start; the data itself is not in them.
  if (path.endsWith('-sums') || path.endsWith('-mark')) {
    return { ...check, advice: `Only a checksum file is damaged: stop Tutti, remove ${path}, and start it.` }
  }
  return { ...check, advice: 'Stop Tutti, back the folder up as it is, then `tutti restore FILE`.' }
}
