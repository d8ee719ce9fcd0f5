// What is known of one request while it is answered, for its log line and its fault.
import type { IncomingMessage } from 'node:http'
import type { Facts } from './facts.ts'

export interface Call {
  id: string
  facts: Facts
  startedMs: number
  /** The operation, 'page' or 'unknown': never the path, which is foreign text. */
  operation: string
  actor: string
  fault: string | null
}

export interface Calls {
  begin(message: IncomingMessage, facts: Facts): Call
  of(message: IncomingMessage): Call
}

export function createCalls(deps: { requestId: () => string; nowMs: () => number }): Calls {
  const calls = new WeakMap<IncomingMessage, Call>()
  return {
    begin(message, facts) {
      const call: Call = {
        id: deps.requestId(),
        facts,
        startedMs: deps.nowMs(),
        operation: 'unknown',
        actor: 'anonymous',
        fault: null,
      }
      calls.set(message, call)
      return call
    },
    of(message) {
      const call = calls.get(message)
      if (call === undefined) throw new Error('missing: the call of a request that passed the door')
      return call
    },
  }
}
