// What a server says about itself and its agents before any mail flows.
import { fingerprints, isFingerprintOf, parsePublicKey, sameKey } from '../key.ts'
import type { Check } from './check.ts'
import { answers, came, check, isCount, isList, isText, refuses } from './check.ts'
import { member } from './situation.ts'

export const DISCOVERY_CHECKS: readonly Check[] = [
  check({
    rule: 'AMP 08 health',
    says: 'GET /health answers `healthy`',
    request: { method: 'GET', path: '/health' },
    expect: answers(200, {
      status: (value) => value === 'healthy',
      version: isText,
      uptime_seconds: isCount,
    }),
  }),
  check({
    rule: 'AMP 08 info',
    says: 'GET /info names provider, version and capabilities',
    request: { method: 'GET', path: '/info' },
    expect: answers(200, {
      provider: isText,
      version: (value) => value === 'amp/0.1',
      capabilities: isList,
    }),
  }),
  check({
    rule: 'K4 resolve',
    says: 'GET /agents/resolve/{address} gives the registered key and a fingerprint of it',
    request: ({ alice, bob }) => ({
      method: 'GET',
      path: `/agents/resolve/${encodeURIComponent(bob.address)}`,
      apiKey: alice.apiKey,
    }),
    expect: answers(200, {
      public_key: isText,
      fingerprint: isText,
      key_algorithm: (value) => value === 'Ed25519',
    }),
  }),
  {
    rule: 'K4 resolve',
    says: 'the fingerprint belongs to the key, and the key to the agent',
    level: 'must',
    run: async ({ ask, alice, bob, crypto }) => {
      const path = `/agents/resolve/${encodeURIComponent(bob.address)}`
      const answer = await ask({ method: 'GET', path, apiKey: alice.apiKey })
      const key = parsePublicKey(String(member(answer, 'public_key')))
      if (!sameKey(key, bob.key)) return came('the key of the registration', answer)
      const print = String(member(answer, 'fingerprint'))
      return isFingerprintOf(print, await fingerprints(key, crypto))
        ? null
        : came('a fingerprint of the key', answer)
    },
  },
  check({
    rule: 'AMP 08 resolve',
    says: 'an address that nobody has is 404',
    request: ({ alice, fresh }) => ({
      method: 'GET',
      path: `/agents/resolve/${encodeURIComponent(alice.address.replace(/^[^@]*/, `nobody-${fresh()}`))}`,
      apiKey: alice.apiKey,
    }),
    expect: refuses(404),
  }),
  check({
    rule: 'AMP 03 register',
    says: 'a name that is taken by another key is 409',
    level: 'strict',
    request: ({ alice, bob }) => ({
      method: 'POST',
      path: '/register',
      body: JSON.stringify({
        tenant: alice.address.split('@')[1]?.split('.')[0],
        name: bob.name,
        // A key that nobody here holds: test 1 of RFC 8032.
        public_key: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
        key_algorithm: 'Ed25519',
      }),
    }),
    expect: refuses([400, 401, 403, 409]),
  }),
  ...['', 'amp_live_sk_0000000000000000000000000000000000000000000000000000000000000000'].map((apiKey) =>
    check({
      rule: 'AMP 08 authentication',
      says: apiKey === '' ? 'mail without a key is 401' : 'mail with a key that nobody was given is 401',
      level: 'strict',
      request: { method: 'GET', path: '/messages/pending', apiKey },
      expect: refuses(401, 'unauthorized', 'invalid_token'),
    }),
  ),
  check({
    rule: 'AMP 08 authentication',
    says: 'a header that claims to be another machine is no authentication',
    level: 'strict',
    request: ({ alice, bob }) => ({
      method: 'POST',
      path: '/route',
      headers: { 'x-forwarded-from': 'localhost', 'x-amp-envelope-id': 'msg_1_a' },
      body: JSON.stringify({
        from: alice.address,
        to: bob.address,
        subject: 'forged',
        priority: 'normal',
        payload: { type: 'request', message: 'forged' },
        _forwarded: { original_from: alice.address, original_to: bob.address, forwarded_by: 'localhost' },
      }),
    }),
    expect: refuses([401, 403]),
  }),
]
