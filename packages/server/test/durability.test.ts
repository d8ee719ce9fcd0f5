// R1, R3 and R4 in small: what was acknowledged survives a kill, follows an fsync, and a disk that refuses is never lied about.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../src/db/open.ts'
import { quietLog, realClock } from '../src/db/test-support.ts'
import { LEDGER_KEY, checkLedger, killRounds, ledgerMigrations, ledgerPath, startWriter } from './ledger.ts'

const hasStrace = ['/usr/bin/strace', '/usr/local/bin/strace'].some((path) => existsSync(path))
const mayMount = process.getuid?.() === 0 && canMount()
if (!hasStrace)
  process.stderr.write('SKIPPED durability: strace is not installed, so R3 and EIO are not shown\n')
if (!mayMount)
  process.stderr.write('SKIPPED durability: mounting needs root, so the full disk is not shown\n')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-ledger-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'tutti-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'ignore' })
    execFileSync('umount', [place])
    return true
  } catch {
    return false // a container without the right to mount
  } finally {
    rmSync(place, { recursive: true })
  }
}

async function until(what: string, holds: () => boolean, ms = 10_000) {
  const deadline = Date.now() + ms
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`)
    await setTimeout(20)
  }
}

test('R1 ten kills in bursts lose no acknowledged unit, leave no gap and no half', async () => {
  const verdict = await killRounds({ folder, rounds: 10, clients: 16, random: Math.random })

  expect(verdict).toMatchObject({ lost: [], problems: [] })
  expect(verdict.acked).toBeGreaterThan(100)
}, 180_000)

test.skipIf(!hasStrace)(
  'R3 every acknowledgement follows an fsync that began after its unit was sent',
  async () => {
    const trace = join(folder, 'trace')
    const prefix = ['strace', '-f', '-qq', '-s', '64', '-e', 'trace=write,fsync,fdatasync', '-o', trace]
    const writer = startWriter({ folder, clients: 4, units: 200, prefix })
    await writer.ended

    const { acked, early } = readTrace(readFileSync(trace, 'utf8'))
    expect(early).toEqual([])
    expect(acked).toBe(200)
  },
  60_000,
)

/** Which acknowledgements had no whole fsync between the unit's sending and themselves. */
function readTrace(text: string): { acked: number; early: string[] } {
  const waiting = new Set<string>()
  const synced = new Set<string>()
  const begun = new Map<string, string[]>()
  const early: string[] = []
  let acked = 0
  for (const line of text.split('\n')) {
    const [thread = ''] = line.split(' ')
    const [, word, id = ''] = /write\(1, "(sent|acked) (\w+)/.exec(line) ?? []
    if (word === 'sent') waiting.add(id)
    if (/f(data)?sync\(/.test(line)) begun.set(thread, [...waiting])
    if (/f(data)?sync.*\) += 0/.test(line)) for (const one of begun.get(thread) ?? []) synced.add(one)
    if (word !== 'acked') continue
    acked += 1
    waiting.delete(id)
    if (!synced.has(id)) early.push(id)
  }
  return { acked, early }
}

test.skipIf(!hasStrace)(
  'R4 while fsync fails nothing is acknowledged; it heals by itself and nothing was lost',
  async () => {
    const prefix = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync']
    // Counted by thread: each migration at the start takes some of the main thread's, the writer has more than enough soon.
    prefix.push('-e', 'inject=fsync,fdatasync:error=EIO:when=60..61')
    const writer = startWriter({ folder, clients: 4, prefix })
    await until('healed', () => writer.lines.includes('healed'), 20_000)
    const healedAt = writer.lines.indexOf('healed')
    const ackedThen = writer.acked.size
    await writer.reached(ackedThen + 50)
    writer.signal('SIGKILL')
    await writer.ended

    const fullAt = writer.lines.indexOf('full')
    const between = writer.lines.slice(fullAt, healedAt)
    expect(between.filter((line) => line.startsWith('acked'))).toEqual([])
    expect(between.some((line) => line.endsWith('store.full'))).toBe(true)
    expect(await checkLedger(folder, writer.acked)).toMatchObject({ lost: [], problems: [] })
  },
  60_000,
)

test.skipIf(!mayMount)(
  'R4 a full disk refuses units, keeps what was acknowledged, and heals when space returns',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder])
    try {
      const filler = join(folder, 'filler')
      writeFileSync(filler, Buffer.alloc(1024 * 1024))
      const store = await openStore({
        path: ledgerPath(folder),
        clock: realClock,
        log: quietLog,
        auditKey: LEDGER_KEY,
        migrations: ledgerMigrations(),
      })
      const turns: boolean[] = []
      store.onWritable((writable) => turns.push(writable))
      const acked: string[] = []
      const write = async (id: string) => {
        await store.commit({
          by: { actor: 'ledger', address: '', act: 'ledger', audited: false },
          subject: id,
          statements: [
            { sql: 'INSERT INTO ledger (id, body) VALUES (?, ?)', values: [id, 'x'.repeat(8000)] },
          ],
        })
        acked.push(id)
      }
      const fill = async () => {
        for (let i = 0; i < 2000; i++) await write(`u${i}`)
      }
      const refusal = await fill().catch((error: unknown) => error)

      expect(refusal).toBeInstanceOf(Fault)
      expect(refusal).toMatchObject({ code: 'store.full', status: 507 })
      expect(store.writable()).toBe(false)
      await expect(write('while-full')).rejects.toMatchObject({ code: 'store.full' })
      expect(
        store
          .all<{ id: string }>('SELECT id FROM ledger')
          .map((row) => row.id)
          .sort(),
      ).toEqual(acked.toSorted())

      rmSync(filler)
      await until('writable again', () => store.writable())
      await write('after')
      expect(turns).toEqual([false, true])
      expect(store.get('SELECT id FROM ledger WHERE id = ?', 'after')).toEqual({ id: 'after' })
      expect(store.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
      await store.close()
    } finally {
      execFileSync('umount', [folder])
    }
  },
  60_000,
)
