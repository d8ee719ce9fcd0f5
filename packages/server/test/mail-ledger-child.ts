// The process that the mail ledger kills: agents write to each other as fast as they can, and each acknowledged message is said.
// Arguments: data folder, number of senders, the number after which each goes on, and what was sent without an answer.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, newId, type AgentId } from '@tutti/core'
import { newKeyPair } from '../src/agents/keys.ts'
import { createRoster } from '../src/agents/roster.ts'
import { openStore } from '../src/db/open.ts'
import { quietLog, realClock } from '../src/db/test-support.ts'
import { createMessages } from '../src/messages/messages.ts'
import { createVault } from '../src/vault/vault.ts'
import { sampleOf } from './sample.ts'

const [folder = '', senders = '4', first = '0', open = ''] = process.argv.slice(2)
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const TARGETS = 2
// The daemon does it once a second; here it must fall among the kills.
const BETWEEN_WORDS = 20
const BY = { actor: 'ledger', address: '', act: 'ledger', audited: true }

/** At once and in order; while the pipe is full it waits, so that nothing is said before what came first. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`)
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

const store = await openStore({
  path: join(folder, 'tutti.db'),
  clock: realClock,
  log: quietLog,
  auditKey: new Uint8Array(32).fill(5),
})
const vault = createVault({ key: new Uint8Array(32).fill(6), keyPath: '', random })
const roster = createRoster(store)

async function agent(name: string): Promise<AgentId> {
  const known = roster.byName(name)
  if (known) return known.id
  const id = newId('agent', Date.now(), random)
  const { publicKey, privateKey } = newKeyPair()
  const sample = Agent.parse({ ...Object(sampleOf(Agent)), id, name, publicKey })
  const sealed = vault.seal(privateKey, { table: 'agents', row: id, field: 'private_key' })
  await roster.add(
    { ...sample, deletedAt: null, session: null },
    { privateKey: sealed, adopted: null, env: [] },
    BY,
  )
  return id
}

const messages = createMessages({
  store,
  clock: realClock,
  random,
  log: quietLog,
  vault,
  agents: roster,
  programs: { byName: () => undefined, known: () => undefined, all: () => [] },
  naming: () => ({ tenant: 'team', provider: 'tutti.local', aliases: [] }),
  folder: join(folder, 'attachments'),
  fileUrl: () => '',
  keptDays: () => 365,
  judge: (stored) => stored,
  taints: { source: () => null, note: () => Promise.resolve() },
  isSuspended: () => false,
})

async function send(from: AgentId, key: string): Promise<void> {
  say(`sent ${key}`)
  const letter = {
    to: `target-${Number(key.split('.')[1]) % TARGETS}`,
    text: `Ledger ${key}`,
    type: 'notification',
    priority: 'normal' as const,
    attachments: [],
    key,
  }
  const [message] = await messages.sending.send({ mailbox: from, oversees: false }, letter, { ...BY })
  say(`acked ${key} ${message?.id}`)
}

for (let n = 0; n < TARGETS; n++) await agent(`target-${n}`)
say(`ready ${process.pid}`)
await Promise.all(
  Array.from({ length: Number(senders) }, async (_, n) => {
    const from = await agent(`sender-${n}`)
    // What had no answer is sent again under its own key, before anything new.
    const again = open.split(',').filter((key) => key.startsWith(`${n}.`))
    for (const key of again) await send(from, key)
    for (let i = Number(first); ; i++) {
      await send(from, `${n}.${i}`)
      if (i % BETWEEN_WORDS === 0) await messages.words.catchUp()
    }
  }),
)
