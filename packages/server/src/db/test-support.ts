// What tests of the store share: a log that says nothing, a clock that is the real one, and a caller.
import type { Clock } from '@tutti/core'
import type { Context, Log } from '../handler.ts'

export const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export const aContext = (extra: Partial<Context> = {}): Context => ({
  actor: {
    id: 'usr_1',
    userId: null,
    name: 'ada',
    role: 'owner',
    scopes: null,
    loginId: null,
    agentId: null,
  },
  by: { actor: 'usr_1', address: '127.0.0.1', act: 'test', audited: true },
  address: '127.0.0.1',
  agent: 'test',
  origin: 'http://localhost:4747',
  version: 1,
  requestId: 'req_1',
  gone: () => new AbortController().signal,
  body: new Uint8Array(),
  sent: () => undefined,
  header: () => {},
  ...extra,
})
