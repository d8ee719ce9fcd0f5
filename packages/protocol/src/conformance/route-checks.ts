// What a server takes in, and what it must not: signatures in every known form, and every way of forging one.
import { JSON_FORMS } from '../canonical-json.ts'
import { publicKeyPem } from '../key.ts'
import { isMessageId } from '../message-id.ts'
import { tsvSubject } from '../signature.ts'
import type { Check } from './check.ts'
import { answers, came, check, isText, letter, refuses } from './check.ts'
import { letterBody, member } from './situation.ts'

const PAYLOAD = '{"type":"request","message":"How are you?","context":null}'
// Each form hashes this payload differently, and every reader takes it for the same.
const NASTY =
  '{"type":"request","message":"a\\u007fb é","context":{"z":1e2,"10":1.50,"9":[],"\\uff5e":1,"\\ud83d\\ude00":2,"n":-0}}'

const accepted = answers(200, {
  id: (value) => typeof value === 'string' && isMessageId(value),
  status: (value) => value === 'delivered' || value === 'queued',
  method: isText,
})
const forged = refuses([401, 403], 'invalid_signature', 'signature_invalid')
const wrong = refuses([400, 404, 422])

const COUNT = /^\d+$/

export const ROUTE_CHECKS: readonly Check[] = [
  check({
    rule: 'AMP 08 limits',
    says: 'the answer to a message tells how many more may be sent, and until when that is counted',
    request: letter({ subject: 'Counted', payload: PAYLOAD }),
    expect: (answer) => {
      const names = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
      const missing = names.find((name) => !COUNT.test(answer.header(name) ?? ''))
      return missing === undefined ? null : came(`a number in ${missing}`, answer)
    },
  }),
  check({
    rule: 'S1 route',
    says: 'a signed message is accepted and gets an id',
    request: letter({ subject: 'Hello', payload: PAYLOAD }),
    expect: accepted,
  }),
  ...JSON_FORMS.map((form) =>
    check({
      rule: 'S6 forms',
      says: `a payload that was hashed as ${form} is accepted`,
      request: letter({ subject: 'Hello', payload: NASTY, form }),
      expect: accepted,
    }),
  ),
  check({
    rule: 'S6 subject',
    says: 'a subject that the shell client signed escaped and trimmed is accepted',
    request: letter({
      subject: ' a\\b\tc ',
      payload: PAYLOAD,
      signed: { subject: tsvSubject(' a\\b\tc ') },
    }),
    expect: accepted,
  }),
  check({
    rule: 'S4 subject',
    says: 'a subject with bars is one subject',
    request: letter({ subject: 'a|urgent|msg_1_a|x', payload: PAYLOAD }),
    expect: accepted,
  }),
  ...(
    [
      ['recipient', { to: 'somebody@else.where.example' }],
      ['subject', { subject: 'Goodbye' }],
      ['priority', { priority: 'urgent' }],
      ['reply', { inReplyTo: 'msg_1706648400_abc123' }],
      ['sender', { from: 'somebody@else.where.example' }],
    ] as const
  ).map(([what, signed]) =>
    check({
      rule: 'S1 forgery',
      says: `a signature over another ${what} is refused`,
      level: 'strict',
      request: letter({ subject: 'Hello', payload: PAYLOAD, signed }),
      expect: forged,
    }),
  ),
  check({
    rule: 'T4 unsigned',
    says: 'a message without a signature is refused',
    level: 'strict',
    request: letter({ subject: 'Hello', payload: PAYLOAD, change: { signature: undefined } }),
    expect: refuses([400, 403, 422], 'signature_missing', 'missing_field', 'invalid_signature'),
  }),
  {
    rule: 'K5 C39 foreign key',
    says: 'a message that bob signed, sent as alice with his key beside it, is refused',
    level: 'strict',
    run: async ({ ask, alice, bob, crypto }) => {
      const change = { sender_public_key: publicKeyPem(bob.key), public_key: publicKeyPem(bob.key) }
      const from = { ...alice, sign: bob.sign }
      const body = await letterBody({ from, to: bob, crypto }, { subject: 'Hello', payload: PAYLOAD, change })
      const answer = await ask({ method: 'POST', path: '/route', apiKey: alice.apiKey, body })
      return forged(answer, { ask, alice, bob, crypto, fresh: () => '' })
    },
  },
  ...(
    [
      ['an in_reply_to that could be another field', { in_reply_to: 'low' }],
      ['a priority that is none', { priority: 'soon' }],
      ['a recipient that is a path', { to: '../../x' }],
      ['a recipient with NUL', { to: 'bob\u0000@a.b.c' }],
      ['a thread that is a path', { thread_id: '../../x' }],
      ['no subject', { subject: undefined }],
      ['257 characters of subject', { subject: 'x'.repeat(257) }],
    ] as const
  ).map(([says, change]) =>
    check({
      rule: 'E4 C19 fields',
      says: `${says} is refused`,
      level: 'strict',
      request: letter({ subject: 'Hello', payload: PAYLOAD, change }),
      expect: wrong,
    }),
  ),
  ...(
    [
      ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), [400, 413]],
      ['a body that is no JSON', '{"to":', [400]],
      ['a key __proto__', '{"__proto__":{"to":"x"}}', [400]],
      ['more than a mebibyte', `{"x":"${'x'.repeat(1_100_000)}"}`, [413]],
    ] as const
  ).map(([says, body, statuses]) =>
    check({
      rule: 'J2 J3 C19 JSON',
      says: `${says} is refused`,
      level: 'strict',
      request: ({ alice }) => ({ method: 'POST', path: '/route', apiKey: alice.apiKey, body }),
      expect: refuses(statuses),
    }),
  ),
  {
    rule: 'AMP 05 idempotency',
    says: 'the same request twice under one idempotency key is one message; another request is 409',
    level: 'strict',
    run: async ({ ask, alice, bob, crypto, fresh }) => {
      const change = { idempotency_key: `kit-${fresh()}` }
      const post = async (subject: string) => {
        const body = await letterBody({ from: alice, to: bob, crypto }, { subject, payload: PAYLOAD, change })
        return ask({ method: 'POST', path: '/route', apiKey: alice.apiKey, body })
      }
      const [first, second, other] = [await post('once'), await post('once'), await post('another')]
      if (!isText(member(first, 'id')) || member(first, 'id') !== member(second, 'id'))
        return came('the same id', second)
      return other.status === 409 ? null : came('status 409', other)
    },
  },
]
