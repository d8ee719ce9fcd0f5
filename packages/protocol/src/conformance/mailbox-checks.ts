// What a recipient finds: the message as it was signed, until it is acknowledged, and nothing that is not theirs.
import { parsePublicKey, sameKey } from '../key.ts'
import { parseJson } from '../json-tree.ts'
import { PRIORITIES, verifyMessage } from '../signature.ts'
import type { Check } from './check.ts'
import { answers, came, check, isCount, isList, refuses } from './check.ts'
import type { Answer, Situation } from './situation.ts'
import { letterBody, member } from './situation.ts'

const PAYLOAD = '{"type":"task","message":"line 1\\nline 2 é","context":{"n":1.50,"deep":[[]]},"extra":true}'

export const MAILBOX_CHECKS: readonly Check[] = [
  check({
    rule: 'AMP 05 pending',
    says: 'GET /messages/pending lists messages, their number and how many remain',
    request: ({ bob }) => ({ method: 'GET', path: '/messages/pending?limit=1', apiKey: bob.apiKey }),
    expect: answers(200, { messages: isList, count: isCount, remaining: isCount }),
  }),
  {
    rule: 'P1 S6 delivery',
    says: 'a message arrives so that its recipient can verify it again',
    level: 'must',
    run: async (situation) => {
      const { id, list, at } = await delivered(situation)
      if (at === -1) return came(`message ${id} among the pending ones`, list)
      const [envelope, payload] = [
        (name: string): string => String(member(list, 'messages', at, 'envelope', name)),
        member(list, 'messages', at, 'payload'),
      ]
      const result = await verifyMessage(
        {
          to: envelope('to'),
          subject: envelope('subject'),
          priority: PRIORITIES.find((one) => one === envelope('priority')) ?? 'low',
          inReplyTo: null,
          froms: [situation.alice.address, envelope('from')],
          payload: parseJson(JSON.stringify(payload)),
          signature: envelope('signature'),
          key: situation.alice.key,
        },
        situation.crypto,
      )
      return result.ok ? null : came('envelope and payload as they were signed', list)
    },
  },
  {
    rule: 'K2 delivery',
    says: 'the key that comes with a pending message is the sender’s registered one',
    level: 'strict',
    run: async (situation) => {
      const { list, at } = await delivered(situation)
      const sent = member(list, 'messages', at, 'sender_public_key')
      const right = typeof sent === 'string' && sameKey(parsePublicKey(sent), situation.alice.key)
      return right ? null : came('`sender_public_key` of alice', list)
    },
  },
  {
    rule: 'AMP draft since_seq',
    says: 'a server that numbers its queue lists from behind a number on, and nothing twice',
    level: 'must',
    run: async (situation) => {
      const { id } = await delivered(situation)
      const first = await numbered(situation, 0)
      const last = member(first, 'last_seq')
      // The number is a draft's: a server without it has nothing to keep.
      if (last === undefined) return null
      if (!idsOf(first).includes(id) || !isCount(last)) return came(`message ${id} behind 0`, first)
      const next = await numbered(situation, Number(last))
      return idsOf(next).length === 0 ? null : came(`nothing behind ${Number(last)}`, next)
    },
  },
  {
    rule: 'AMP 05 order',
    says: 'messages of one sender arrive in the order in which they were accepted',
    level: 'must',
    run: async (situation) => {
      await emptied(situation)
      const ids = [await sent(situation), await sent(situation), await sent(situation)]
      const list = await pending(situation)
      return JSON.stringify(idsOf(list)) === JSON.stringify(ids)
        ? null
        : came(`the order ${ids.join(', ')}`, list)
    },
  },
  ...(
    [
      ['DELETE /messages/pending/{id}', (id) => ({ method: 'DELETE', path: `/messages/pending/${id}` })],
      ['DELETE /messages/pending?id=', (id) => ({ method: 'DELETE', path: `/messages/pending?id=${id}` })],
      [
        'POST /messages/pending/ack',
        (id) => ({ method: 'POST', path: '/messages/pending/ack', body: JSON.stringify({ ids: [id] }) }),
      ],
    ] satisfies readonly (readonly [
      string,
      (id: string) => { method: 'DELETE' | 'POST'; path: string; body?: string },
    ])[]
  ).map(([says, request]): Check => ({
    rule: 'AMP 05 acknowledge',
    says: `${says} takes a message away, and may be repeated`,
    level: 'must',
    run: async (situation) => {
      const { id } = await delivered(situation)
      const apiKey = situation.bob.apiKey
      const [first, second] = [
        await situation.ask({ ...request(id), apiKey }),
        await situation.ask({ ...request(id), apiKey }),
      ]
      if (first.status !== 200) return came('status 200', first)
      if (![200, 404].includes(second.status)) return came('status 200 or 404 the second time', second)
      const list = await pending(situation)
      return idsOf(list).includes(id) ? came(`no message ${id}`, list) : null
    },
  })),
  {
    rule: 'C20 acknowledge',
    says: 'nobody can acknowledge the mail of another',
    level: 'strict',
    run: async (situation) => {
      const { id } = await delivered(situation)
      await situation.ask({
        method: 'DELETE',
        path: `/messages/pending/${id}`,
        apiKey: situation.alice.apiKey,
      })
      const list = await pending(situation)
      return idsOf(list).includes(id) ? null : came(`message ${id} still there`, list)
    },
  },
  ...['%2e%2e%2f%2e%2e%2fx', 'msg_1_a%00', '..%5cx'].map((id) =>
    check({
      rule: 'I1 C19 ids',
      says: `the id ${id} is refused`,
      level: 'strict',
      request: ({ bob }) => ({ method: 'DELETE', path: `/messages/pending?id=${id}`, apiKey: bob.apiKey }),
      expect: refuses([400, 404]),
    }),
  ),
]

interface Delivered {
  readonly id: string
  readonly list: Answer
  readonly at: number
}

async function delivered(situation: Situation): Promise<Delivered> {
  await emptied(situation)
  const id = await sent(situation)
  const list = await pending(situation)
  return { id, list, at: idsOf(list).indexOf(id) }
}

async function sent({ alice, bob, crypto, fresh, ask }: Situation): Promise<string> {
  const body = await letterBody(
    { from: alice, to: bob, crypto },
    { subject: `Task ${fresh()}`, payload: PAYLOAD },
  )
  const answer = await ask({ method: 'POST', path: '/route', apiKey: alice.apiKey, body })
  const id = member(answer, 'id')
  if (answer.status !== 200 || typeof id !== 'string') throw new Error(came('an accepted message', answer))
  return id
}

const pending = ({ ask, bob }: Situation): Promise<Answer> =>
  ask({ method: 'GET', path: '/messages/pending?limit=100', apiKey: bob.apiKey })

const numbered = ({ ask, bob }: Situation, since: number): Promise<Answer> =>
  ask({ method: 'GET', path: `/messages/pending?since_seq=${since}&limit=100`, apiKey: bob.apiKey })

function idsOf(list: Answer): readonly string[] {
  const messages = member(list, 'messages')
  return Array.isArray(messages) ? messages.map((_, i) => String(member(list, 'messages', i, 'id'))) : []
}

// A hundred at a time, and at most ten times: a server that never empties ends the check, not the run.
async function emptied(situation: Situation): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const ids = idsOf(await pending(situation))
    if (ids.length === 0) return
    const body = JSON.stringify({ ids })
    await situation.ask({ method: 'POST', path: '/messages/pending/ack', apiKey: situation.bob.apiKey, body })
  }
}
