// The process that the ledger kills: it writes units as fast as it can and says on stdout what was acknowledged to it.
// Arguments: folder, number of clients, units to write (0: until killed), first number.
import { writeSync } from 'node:fs'
import { Fault } from '@tutti/core'
import { openStore } from '../src/db/open.ts'
import { realClock } from '../src/db/test-support.ts'
import { LEDGER_KEY, ledgerMigrations, ledgerPath } from './ledger.ts'

const [folder = '', clients = '1', limit = '0', first = '0'] = process.argv.slice(2)

/** Said when it returns: a kill afterwards does not unsay it. */
function say(line: string) {
  for (let left = Buffer.from(`${line}\n`); left.length > 0;) left = left.subarray(written(left))
}

function written(bytes: Buffer): number {
  try {
    return writeSync(1, bytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0 // the reader is behind
    throw error
  }
}

const log = {
  info: () => {},
  warn: () => {},
  error: (event: string, fields?: Record<string, unknown>) => say(`error ${event} ${JSON.stringify(fields)}`),
}
const store = await openStore({
  path: ledgerPath(folder),
  clock: realClock,
  log,
  auditKey: LEDGER_KEY,
  migrations: ledgerMigrations(),
})
store.onWritable((writable) => say(writable ? 'healed' : 'full'))
say(`ready ${process.pid}`)

const end = Number(limit) > 0 ? Number(first) + Number(limit) : Number.POSITIVE_INFINITY
let next = Number(first)

async function write(id: string) {
  say(`sent ${id}`)
  const { events } = await store.commit({
    by: { actor: 'ledger', address: '', act: 'ledger', audited: true },
    subject: id,
    statements: [{ sql: 'INSERT INTO ledger (id, body) VALUES (?, ?)', values: [id, 'x'.repeat(200)] }],
    events: [{ type: 'agent.purged', subject: id, data: { id } }],
  })
  say(`acked ${id} ${events[0]?.seq}`)
}

async function client() {
  while (next < end) {
    const id = `u${next++}`
    try {
      await write(id)
    } catch (error) {
      say(`refused ${id} ${error instanceof Fault ? error.code : String(error)}`)
      await new Promise((resolve) => setTimeout(resolve, 50)) // a client that is refused waits before it tries again
    }
  }
}

await Promise.all(Array.from({ length: Number(clients) }, client))
await store.close()
