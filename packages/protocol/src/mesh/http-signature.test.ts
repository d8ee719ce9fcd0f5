// HTTP Message Signatures: the published vector, and that no header of a link's request or answer can be changed or reused.
import { createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  checkLinkAnswer,
  checkLinkRequest,
  signatureBase,
  signatureParams,
  signLinkAnswer,
  signLinkRequest,
  type LinkRequest,
} from './http-signature.ts'
import { nodeCrypto, testNode } from './test/node-keys.ts'

const [ada, bob, eve] = [testNode(0), testNode(1), testNode(2)]

test('H1 the signature base is that of RFC 9421: the Ed25519 vector of appendix B.2.6 verifies', () => {
  const components = [
    ['"date"', 'Tue, 20 Apr 2021 02:07:55 GMT'],
    ['"@method"', 'POST'],
    ['"@path"', '/foo'],
    ['"@authority"', 'example.com'],
    ['"content-type"', 'application/json'],
    ['"content-length"', '18'],
  ] as const
  const parameters = [
    ['created', 1618884473],
    ['keyid', 'test-key-ed25519'],
  ] as const
  const key = createPublicKey({
    key: Buffer.from('MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=', 'base64'),
    format: 'der',
    type: 'spki',
  })
  const signature = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=='
  const base = signatureBase(components, parameters)
  expect(verify(null, Buffer.from(base), key, Buffer.from(signature, 'base64'))).toBe(true)
  expect(signatureParams([['"a"', 'x']], [['nonce', 'say "hi"']])).toBe(String.raw`("a");nonce="say \"hi\""`)
})

const request: LinkRequest = {
  authority: 'bob.local:7575',
  path: '/v1/mesh',
  websocketKey: 'dGhlIHNhbXBsZSBub25jZQ==',
  from: ada.id,
  to: bob.id,
  createdS: 1_700_000_000,
  nonce: 'n0123456789abcdef',
}
const headers = signLinkRequest(request, ada.sign)
const at = { authority: request.authority, path: request.path, websocketKey: request.websocketKey }
const by = { self: bob.id, nowS: request.createdS, crypto: nodeCrypto }

test('H1 H3 who dials is known by its signature over address, path, key and both names', () => {
  expect(checkLinkRequest({ ...at, headers }, by)).toEqual({ ok: true, node: ada.id, nonce: request.nonce })
  expect(checkLinkRequest({ ...at, headers }, { ...by, nowS: by.nowS + 3600 }).ok).toBe(true)
})

test('H3 C16 a request that was changed, made for another machine, by another key or long ago is refused', () => {
  const why = (change: object, who: object = {}) => {
    const verdict = checkLinkRequest({ ...at, headers, ...change }, { ...by, ...who })
    return verdict.ok ? 'accepted' : verdict.why
  }
  expect(why({ authority: 'eve.local' })).toBe('signature')
  expect(why({ path: '/v1/other' })).toBe('signature')
  expect(why({ websocketKey: 'AAAA' })).toBe('signature')
  expect(why({}, { self: eve.id })).toBe('peer')
  expect(why({ headers: { ...headers, 'tutti-peer': eve.id } }, { self: eve.id })).toBe('signature')
  expect(why({ headers: { ...headers, 'tutti-node': eve.id } })).toBe('headers')
  expect(why({ headers: signLinkRequest(request, eve.sign) })).toBe('signature')
  expect(why({}, { nowS: by.nowS + 3 * 3600 })).toBe('time')
  const later = headers['signature-input'].replace('created=1700000000', 'created=1700000001')
  expect(why({ headers: { ...headers, 'signature-input': later } })).toBe('signature')
  const less = headers['signature-input'].replace(' "tutti-peer"', '')
  expect(why({ headers: { ...headers, 'signature-input': less } })).toBe('headers')
  for (const name of ['signature', 'signature-input', 'tutti-node', 'tutti-peer'])
    expect(why({ headers: { ...headers, [name]: null } })).toBe('headers')
})

test('H2 the answer is by the machine that was dialled, to this very request', () => {
  const answer = { from: bob.id, to: ada.id, createdS: request.createdS, nonce: 'n-bob-0123456789' }
  const answered = signLinkAnswer({ ...answer, requestSignature: headers.signature }, bob.sign)
  const self = { ...by, self: ada.id }
  const other = signLinkRequest({ ...request, nonce: 'n-other-0123456789' }, ada.sign)
  expect(checkLinkAnswer({ headers: answered, requestSignature: headers.signature }, self)).toMatchObject({
    ok: true,
    node: bob.id,
  })
  expect(checkLinkAnswer({ headers: answered, requestSignature: other.signature }, self).ok).toBe(false)
  // A request cannot be sent back as an answer.
  expect(checkLinkAnswer({ headers, requestSignature: headers.signature }, by).ok).toBe(false)
})
