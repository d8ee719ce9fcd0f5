// What a session of an agent's program tells goes to the queue, the words that wait, the ledger and the breaker.
import type { Attention } from '../attention/attention.ts'
import { lookAt } from '../attention/own-asks.ts'
import type { By, Store } from '../db/store.ts'
import type { Ears } from '../kits/session.ts'
import { putVendorSession, vendorSession } from '../kits/store.ts'
import type { Prompts } from '../kits/prompts.ts'
import type { createGrowth } from '../kits/transcript.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Unsaved } from '../unsaved.ts'
import type { Breaker } from '../usage/breaker.ts'
import type { Ledger } from '../usage/ledger.ts'

const SYSTEM = (act: string): By => ({ actor: 'system', address: '', act, audited: false })

interface EarParts {
  store: Pick<Store, 'all' | 'get' | 'commit'>
  attention: Attention
  prompts: Prompts
  ledger: Ledger
  growth: ReturnType<typeof createGrowth>
  unsaved: Unsaved
  breaker: Breaker
  quietly: Quietly
}

/** Where each signal of a session goes. What the disk refuses is written when it takes writes again. */
export function earsOf({
  store,
  attention,
  prompts,
  ledger,
  growth,
  unsaved,
  breaker,
  quietly,
}: EarParts): Omit<Ears, 'status' | 'foreign'> {
  const save = (key: string, work: () => Promise<unknown>) => quietly(unsaved.save(key, work))
  return {
    turned(id, state, { status }) {
      if (state === 'failed') {
        const ask = lookAt({
          kind: 'failure',
          ref: `failure ${status.since}`,
          title: status.why,
          at: status.since,
        })
        save(`${id} failure`, () => attention.raise(id, ask))
      }
      if (state === 'working')
        save(`${id} resumed`, () => attention.resumed(id, 'It works again', status.since))
      if (KNOWN_NOT_WAITING.has(state)) {
        save(`${id} forgotten`, () =>
          attention.forgotten(id, 'It was answered while Tutti did not run', status.since),
        )
      }
      if (state === 'idle') save(`${id} prompts`, () => prompts.next(id))
    },
    ask: (id, ask) => save(`${id} ask ${ask.ref}`, () => attention.raise(id, ask)),
    askOver: (id, ref, why) => save(`${id} ask ${ref}`, () => attention.over(id, ref, why)),
    askConsumed: (id, ref) => save(`${id} ask ${ref}`, () => attention.consumed(id, ref)),
    session(id, session, transcript) {
      const known = vendorSession(store, id)
      if (known === null || (known.session === session && known.transcript === transcript)) return
      const statements = [putVendorSession(id, { ...known, session, transcript })]
      save(`${id} session`, () => store.commit({ by: SYSTEM('noteSession'), subject: id, statements }))
    },
    turnEnded(id, last, at) {
      breaker.turnEnded(id)
      const ask = lookAt({ kind: 'finished', ref: `finished ${at}`, title: last, at })
      save(`${id} finished`, () => attention.raise(id, ask))
    },
    usage: ledger.record,
    meter: ledger.meter,
    entries(id, entries) {
      breaker.entries(id, entries)
      growth.add(id, entries)
    },
  }
}

const KNOWN_NOT_WAITING: ReadonlySet<string> = new Set([
  'working',
  'idle',
  'background',
  'interrupted',
  'failed',
])
