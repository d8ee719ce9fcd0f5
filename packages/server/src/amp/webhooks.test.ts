// Webhooks: signed both ways, tried again where that may help, and never a reason to lose a message.
import { newId, type Clock, type Id, type LoggedEvent } from '@tutti/core'
import { isWebhookValid } from '@tutti/protocol'
import { beforeEach, expect, test } from 'vitest'
import { ampCrypto } from '../amp-crypto.ts'
import { quietLog } from '../db/test-support.ts'
import type { OutboundRequest } from '../outbound.ts'
import { runWebhooks } from './webhooks.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const mailbox: Id<'mailbox'> = newId('mailbox', 1, () => new Uint8Array(13))

let requests: OutboundRequest[]
let statuses: number[]
let taken: unknown[]
let due: { ms: number; run: () => void }[]
let tell: (event: LoggedEvent) => void
let settled: () => Promise<void>

beforeEach(() => {
  requests = []
  statuses = []
  taken = []
  due = []
  const clock: Clock = {
    now: () => 1_706_648_400_000,
    after(ms, run) {
      due.push({ ms, run })
      return () => undefined
    },
  }
  const listeners: ((events: readonly LoggedEvent[]) => void)[] = []
  runWebhooks({
    store: {
      onEvents(listener) {
        listeners.push(listener)
        return () => undefined
      },
      commit({ subject }) {
        taken.push(subject)
        return Promise.resolve({ events: [], changes: [1] })
      },
    },
    clock,
    log: quietLog,
    fetchOutbound(request) {
      requests.push(request)
      const status = statuses.shift() ?? 200
      return status === 0
        ? Promise.reject(new Error('gone'))
        : Promise.resolve({ status, body: new Uint8Array() })
    },
    target: () => ({ url: 'https://hooks.example/in', secret }),
    text: (id) => Promise.resolve(`{"id":"${id}"}`),
  })
  tell = (event) => listeners.forEach((listener) => listener([event]))
  settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
})

const comes = async (state = 'delivered') => {
  const data = { id: 'msg_1_a', to: { mailbox, address: 'x' }, state, readAt: null, deliveredAt: 1 }
  tell({
    seq: 1,
    at: 1,
    type: 'message.created',
    subject: 'msg_1_a',
    actor: 'x',
    data,
  } as unknown as LoggedEvent)
  await settled()
}

test('W1 W2 a message is pushed with the signature of AMP and of Standard Webhooks, and is then taken', async () => {
  await comes()
  const [request] = requests
  const headers = request?.headers ?? {}

  expect(request).toMatchObject({ url: 'https://hooks.example/in', method: 'POST' })
  expect(headers).toMatchObject({
    'webhook-id': 'msg_1_a',
    'x-amp-message-id': 'msg_1_a',
    'x-amp-delivery-attempt': '1',
  })
  const body = Buffer.from(request?.body ?? []).toString()
  const call = { secret, timestampS: 1_706_648_400, body, nowMs: 1_706_648_400_000 }
  expect(await isWebhookValid({ ...call, signature: headers['x-amp-signature'] ?? '' }, ampCrypto)).toBe(true)
  expect(taken).toEqual(['msg_1_a'])
})

test('what may pass is tried again after 30 s and 120 s, then it waits in the queue', async () => {
  statuses = [500, 0, 503]
  await comes()
  expect(due.map(({ ms }) => ms)).toEqual([30_000])
  due[0]?.run()
  await settled()
  expect(due.map(({ ms }) => ms)).toEqual([30_000, 120_000])
  due[1]?.run()
  await settled()

  expect(requests.map(({ headers }) => headers?.['x-amp-delivery-attempt'])).toEqual(['1', '2', '3'])
  expect([due.length, taken]).toEqual([2, []])
})

test('a refusal is not tried again, and what is held is not pushed', async () => {
  statuses = [410]
  await comes()
  await comes('quarantined')
  expect([requests.length, due, taken]).toEqual([1, [], []])
})
