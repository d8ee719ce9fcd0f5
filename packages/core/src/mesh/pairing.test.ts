// Joining: both show the same text before either trusts; whoever stands between, guesses or comes twice gets nothing.
import { nodeIdOf, publicKey } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  beginJoining,
  INVITE_MS,
  INVITE_TRIES,
  newInvitation,
  stepInvitation,
  stepJoining,
  type Invitation,
  type Joining,
  type PairingDeps,
  type PairingInput,
  type PairingWord,
} from './pairing.ts'
import { playCrypto, playNode } from './simulator/play-crypto.ts'

const secret = new Uint8Array(16).fill(7)
let serial = 0
const depsOf = (i: number): PairingDeps => ({
  self: playNode(i).id,
  sign: playNode(i).sign,
  crypto: playCrypto,
  newNonce: () => `nonce-${i}-${serial++}`,
})
const [ada, bob, eve] = [depsOf(0), depsOf(1), depsOf(2)]
const at = (deps: PairingDeps, nowMs = 1) => ({ ...deps, nowMs })
const heard = (word: PairingWord): PairingInput => ({ type: 'heard', word })

/** A pairing up to the moment when both show a text. */
function shown(): { invitation: Invitation; joining: Joining; words: PairingWord[] } {
  const begun = beginJoining({ inviter: ada.self, secret }, bob, 0)
  const welcomed = stepInvitation(newInvitation(secret, 0), heard(begun.words[0]!), at(ada))
  const opened = stepJoining(begun.state, heard(welcomed.words[0]!), at(bob))
  const taken = stepInvitation(welcomed.state, heard(opened.words[0]!), at(ada))
  return { invitation: taken.state, joining: opened.state, words: [...begun.words, ...opened.words] }
}

test('both sides show one text, and trust when both users have said so and not before', () => {
  const { invitation, joining } = shown()
  expect(invitation).toMatchObject({ phase: 'comparing' })
  expect('text' in invitation && 'text' in joining && invitation.text === joining.text).toBe(true)
  const bobSays = stepJoining(joining, { type: 'alike', yes: true }, at(bob))
  expect(bobSays.state.phase).toBe('comparing')
  const adaHears = stepInvitation(invitation, heard(bobSays.words[0]!), at(ada))
  expect(adaHears.state.phase).toBe('comparing')
  const adaSays = stepInvitation(adaHears.state, { type: 'alike', yes: true }, at(ada))
  expect(adaSays.state).toEqual({ phase: 'trusted', peer: bob.self })
  expect(stepJoining(bobSays.state, heard(adaSays.words[0]!), at(bob)).state).toEqual({
    phase: 'trusted',
    peer: ada.self,
  })
})

test('C16 a code is good once, for ten minutes and five guesses', () => {
  const open = newInvitation(secret, 0)
  const [join] = beginJoining({ inviter: ada.self, secret }, bob, 0).words
  const taken = stepInvitation(open, heard(join!), at(ada)).state
  expect(JSON.stringify(taken)).not.toContain('secret')
  const [second] = beginJoining({ inviter: ada.self, secret }, eve, 0).words
  expect(stepInvitation(taken, heard(second!), at(ada)).state.phase).toBe('over')
  expect(stepInvitation(open, heard(join!), at(ada, INVITE_MS)).state.phase).toBe('over')
  let state: Invitation = open
  const [guess] = beginJoining({ inviter: ada.self, secret: new Uint8Array(16) }, eve, 0).words
  for (let n = 0; n < INVITE_TRIES; n++) state = stepInvitation(state, heard(guess!), at(ada)).state
  expect([state.phase, stepInvitation(state, heard(join!), at(ada)).state.phase]).toEqual(['over', 'over'])
})

test('C16 T6 somebody in between who knows the code makes the two texts differ, or is found at once', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (a, b) => {
      const nonces = (deps: PairingDeps, n: number): PairingDeps => ({ ...deps, newNonce: () => `n${n}` })
      const bobBegins = beginJoining({ inviter: ada.self, secret }, nonces(bob, a), 0)
      // Eve joins at Ada's in Bob's place, and welcomes Bob in Ada's.
      const eveBegins = beginJoining({ inviter: ada.self, secret }, nonces(eve, b), 0)
      const adaTaken = stepInvitation(
        newInvitation(secret, 0),
        heard(eveBegins.words[0]!),
        at(nonces(ada, a + b)),
      )
      const bobOpens = stepJoining(bobBegins.state, heard(adaTaken.words[0]!), at(bob))
      const eveOpens = stepJoining(eveBegins.state, heard(adaTaken.words[0]!), at(eve))
      const adaShows = stepInvitation(adaTaken.state, heard(eveOpens.words[0]!), at(ada)).state
      // The play hash is short, but not so short that two keys give one text.
      expect('text' in adaShows && 'text' in bobOpens.state && adaShows.text === bobOpens.state.text).toBe(
        false,
      )
      // A nonce other than the committed one ends it.
      const late = stepInvitation(adaTaken.state, heard({ say: 'open', nonce: 'chosen afterwards' }), at(ada))
      expect(late.state.phase).toBe('over')
    }),
  )
})

test('whatever words come in whatever order, no side trusts without its own user and the other key', () => {
  const { invitation, words } = shown()
  const forged: PairingWord[] = [
    ...words,
    { say: 'welcome', nonce: 'x' },
    { say: 'confirmed', sig: 'x' },
    { say: 'confirmed', sig: Buffer.from(new Uint8Array(64)).toString('base64') },
    { say: 'refused' },
    { say: 'join', joiner: nodeIdOf(publicKey(new Uint8Array(32).fill(99))), commitment: 'c', proof: 'p' },
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...forged)), fc.boolean(), (many, yes) => {
      let state: Invitation = invitation
      if (yes) ({ state } = stepInvitation(state, { type: 'alike', yes: true }, at(ada)))
      for (const word of many) ({ state } = stepInvitation(state, heard(word), at(ada)))
      expect(state.phase).not.toBe('trusted')
    }),
  )
  const no = stepInvitation(invitation, { type: 'alike', yes: false }, at(ada))
  expect([no.state.phase, no.words]).toEqual(['over', [{ say: 'refused' }]])
})
