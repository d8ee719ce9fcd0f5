// The requests of Codex that wait for a person: which are open, which we have answered, and which were settled elsewhere.
import { fault, type Answer } from '@tutti/core'
import { fieldsOf, textOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import { askIn, replyTo, type Pending } from './asks.ts'
import type { RpcId, RpcMessage } from './rpc.ts'
import type { Threads } from './threads.ts'

export interface AskBook {
  /** A request of the server; one that comes again is not told again. */
  take(message: RpcMessage & { id: RpcId }, context: { at: number; threads: Threads }): void
  /** A notification: the end of a request, or an item that a request may be about. */
  notice(message: RpcMessage): void
  /** What to send for an answer. Throws attention.stale and attention.unfit. */
  answer(ref: string, answer: Answer): { reply: { id: RpcId; result: Fields }; thread: string; turn: string }
  /** The connection is gone: what is open may be settled meanwhile. */
  forget(): void
  /** After a new connection: what did not come again is over. */
  dropUnseen(): void
}

interface Open extends Pending {
  isAnswered: boolean
  isSeen: boolean
}

// Items that a request may be about; each turn announces a few.
const MOST_ITEMS = 200

export function createAskBook(report: (signal: Signal) => void): AskBook {
  const open = new Map<string, Open>()
  const items = new Map<string, Fields>()

  function over(ref: string, why: string): void {
    open.delete(ref)
    report({ type: 'ask-over', ref, why })
  }

  function resolved(params: Fields): void {
    for (const [ref, entry] of open) {
      const isIt = entry.id === params['requestId'] && entry.params['threadId'] === params['threadId']
      if (isIt && entry.isAnswered) {
        open.delete(ref)
        report({ type: 'ask-consumed', ref })
      } else if (isIt) over(ref, 'It was settled in the terminal.')
    }
  }

  return {
    take(message, { at, threads }) {
      const { params } = message
      const thread = threads.byId.get(textOf(params['threadId']))
      const item = items.get(textOf(params['itemId'])) ?? {}
      const helper = thread?.parent ? thread.name || 'a sub-agent' : null
      const pending = askIn(message, { at, onBehalfOf: helper, item })
      if (!pending) return
      const known = open.get(pending.ask.ref)
      open.set(pending.ask.ref, { ...pending, isAnswered: known?.isAnswered ?? false, isSeen: true })
      if (!known) report({ type: 'ask', ask: pending.ask })
    },
    notice({ method, params }) {
      if (method === 'serverRequest/resolved') return resolved(params)
      const item = fieldsOf(params['item'])
      if (method !== 'item/started' || item['type'] !== 'fileChange') return
      items.set(textOf(item['id']), item)
      const [oldest] = items.keys()
      if (items.size > MOST_ITEMS && oldest !== undefined) items.delete(oldest)
    },
    answer(ref, answer) {
      const entry = open.get(ref)
      if (!entry) throw fault('attention.stale', { receipt: 'stale', why: 'Codex does not ask it any more' })
      const result = fitting(entry, answer)
      entry.isAnswered = true
      return {
        reply: { id: entry.id, result },
        thread: textOf(entry.params['threadId']),
        turn: textOf(entry.params['turnId']),
      }
    },
    forget() {
      for (const entry of open.values()) entry.isSeen = false
    },
    dropUnseen() {
      for (const [ref, { isSeen }] of open)
        if (!isSeen) over(ref, 'It was settled while Codex was out of reach.')
    },
  }
}

function fitting(entry: Pending, answer: Answer): Fields {
  try {
    return replyTo(entry, answer)
  } catch (error) {
    throw fault('attention.unfit', { problem: error instanceof Error ? error.message : String(error) })
  }
}
