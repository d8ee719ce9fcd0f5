// Invitation codes and the short text: read back whole or not at all, and nothing that differs looks alike.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatInvite, parseInvite } from './invite-code.ts'
import { commitmentTo, pairingText, secretProof, shortText } from './short-text.ts'
import { nodeCrypto, testNode } from './test/node-keys.ts'

const [ada, bob, eve] = [testNode(0), testNode(1), testNode(2)]
const secrets = fc.uint8Array({ minLength: 16, maxLength: 16 })
const urls = fc.array(fc.constantFrom('wss://10.0.0.2:7575/v1/mesh', 'wss://desk.local', 'ws://[::1]:80/x'), {
  maxLength: 3,
})

const edits = fc.record({ at: fc.nat(400), char: fc.constantFrom('0', '1', '8', '9', 'a', 'x', 'y', 'z') })

test('V1 a code reads back, also in capitals and with blanks; with a changed character it is refused', () => {
  fc.assert(
    fc.property(secrets, urls, edits, (secret, list, { at, char }) => {
      const code = { inviter: ada.id, secret, urls: list }
      const text = formatInvite(code, nodeCrypto)
      expect(text).toMatch(/^tutti-[0-9a-hjkmnp-tv-z]+$/)
      expect(parseInvite(text, nodeCrypto)).toEqual(code)
      expect(parseInvite(` ${text.toUpperCase().replaceAll(/(.{20})/g, '$1 ')}`, nodeCrypto)).toEqual(code)
      const place = 6 + (at % (text.length - 6))
      const changed = text.slice(0, place) + char + text.slice(place + 1)
      const other = changed === text ? text.slice(0, -1) : changed
      expect(() => parseInvite(other, nodeCrypto)).toThrow(/whole invitation code/)
    }),
  )
})

test('V1 C19 what is no code is refused, whatever it is', () => {
  for (const text of ['', 'tutti-', 'tutti-0', 'x'.repeat(5000), `tutti-${'0'.repeat(200)}`])
    expect(() => parseInvite(text, nodeCrypto)).toThrow(/whole invitation code/)
})

test('V2-V4 the texts, proofs and commitments of two pairings that differ anywhere differ', () => {
  const pairing = {
    inviter: ada.id,
    joiner: bob.id,
    inviterNonce: 'nonce-of-ada',
    joinerNonce: 'nonce-of-bob',
  }
  expect(shortText(pairing, nodeCrypto)).toMatch(/^[0-9]{3} [0-9]{3}$/)
  const others = [
    { ...pairing, inviter: eve.id },
    { ...pairing, joiner: eve.id },
    { ...pairing, inviterNonce: 'x' },
    { ...pairing, joinerNonce: 'x' },
    { ...pairing, inviter: bob.id, joiner: ada.id },
  ]
  for (const other of others) {
    expect(shortText(other, nodeCrypto)).not.toBe(shortText(pairing, nodeCrypto))
    expect(pairingText(other, ada.id)).not.toBe(pairingText(pairing, ada.id))
  }
  expect(pairingText(pairing, bob.id)).not.toBe(pairingText(pairing, ada.id))
  expect(commitmentTo(bob.id, 'a', nodeCrypto)).not.toBe(commitmentTo(eve.id, 'a', nodeCrypto))
  const by = { inviter: ada.id, joiner: bob.id, commitment: 'c' }
  const proof = secretProof(new Uint8Array(16), by, nodeCrypto)
  expect(secretProof(new Uint8Array(16).fill(1), by, nodeCrypto)).not.toBe(proof)
  expect(secretProof(new Uint8Array(16), { ...by, joiner: eve.id }, nodeCrypto)).not.toBe(proof)
})
