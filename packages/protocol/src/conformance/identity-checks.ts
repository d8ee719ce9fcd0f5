// Tokens for agents elsewhere (AMP 11): a server that gives some gives none to a stranger, and says why in the words of OAuth.
import { signCard } from '../agent-card.ts'
import { toBase64Url, utf8Bytes } from '../bytes.ts'
import { IDENTITY_GRANT, PROOF_TAGS, proofText } from '../identity.ts'
import { publicKeyPem } from '../key.ts'
import type { Check, Expectation } from './check.ts'
import { came, isText } from './check.ts'
import { member, type Answer, type KitAgent, type Situation } from './situation.ts'

interface Row {
  readonly rule: string
  readonly says: string
  readonly level: Check['level']
  readonly ask: (situation: Situation) => Promise<Answer>
  readonly expect: Expectation
}

/** AMP 11 is another server's to leave out: one that has no such place breaks no rule. */
const offered = ({ rule, says, level, ask, expect }: Row): Check => ({
  rule,
  says,
  level,
  run: async (situation) => {
    const answer = await ask(situation)
    return [404, 405].includes(answer.status) ? null : expect(answer, situation)
  },
})

const refuses =
  (status: number, code: string): Expectation =>
  (answer) => {
    if (answer.status !== status || member(answer, 'error') !== code)
      return came(`${status} with the error ${code}`, answer)
    return isText(member(answer, 'error_description')) ? null : came('`error_description` as a text', answer)
  }

export const IDENTITY_CHECKS: readonly Check[] = [
  offered({
    rule: 'Q1 Q5 token',
    says: 'a token is given for an identity only: another grant type is unsupported_grant_type',
    level: 'must',
    ask: (situation) => asked(situation, { grant_type: 'client_credentials' }),
    expect: refuses(400, 'unsupported_grant_type'),
  }),
  offered({
    rule: 'Q1 token',
    says: 'an identity that another key has signed is invalid_grant',
    level: 'strict',
    ask: async (situation) => {
      const { alice, bob } = situation
      const identity = await identityOf(situation, { ...bob, sign: alice.sign })
      return asked(situation, { agent_identity: identity, proof: await proofOf(alice) })
    },
    expect: refuses(400, 'invalid_grant'),
  }),
  offered({
    rule: 'Q2 Q3 token',
    says: 'a proof for another server is invalid_proof',
    level: 'strict',
    ask: async (situation) => {
      const identity = await identityOf(situation, situation.bob)
      return asked(situation, { agent_identity: identity, proof: await proofOf(situation.bob) })
    },
    expect: refuses(400, 'invalid_proof'),
  }),
  offered({
    rule: 'Q4 registration',
    says: 'an identity that nobody approved waits, or is not taken in at all',
    level: 'strict',
    ask: ({ ask, alice, fresh }) => {
      const name = `kit-${fresh()}`
      const registration = {
        name,
        address: `${name}@${alice.address.split('@')[1] ?? ''}`,
        public_key: publicKeyPem(alice.key),
        key_algorithm: 'Ed25519',
      }
      const body = JSON.stringify({ agent_registration: registration })
      return ask({ method: 'POST', path: '/agent_registrations', body })
    },
    expect: (answer) => {
      if ([401, 403, 409, 422, 429].includes(answer.status)) return null
      const isWaiting = member(answer, 'data', 'attributes', 'status') === 'pending'
      return isWaiting ? null : came('the status pending, or a refusal', answer)
    },
  }),
]

function asked({ ask }: Situation, fields: Record<string, string>): Promise<Answer> {
  const form = new URLSearchParams({ grant_type: IDENTITY_GRANT, ...fields })
  return ask({
    method: 'POST',
    path: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  })
}

// A fixed moment would pass for old; the clock of the machine that runs the kit is the one that its agents would have.
const now = (): number => Date.now()

async function identityOf({ crypto }: Situation, agent: KitAgent): Promise<string> {
  const facts = { agentId: agent.name, alias: null, providerEndpoint: null, capabilities: [] }
  const times = { issuedAtMs: now(), expiresAtMs: now() + 60_000 }
  const card = await signCard(
    { ...facts, ...times, address: agent.address, key: agent.key },
    { sign: agent.sign, crypto },
  )
  return toBase64Url(utf8Bytes(JSON.stringify(card)))
}

async function proofOf(agent: KitAgent): Promise<string> {
  const seconds = String(Math.floor(now() / 1000))
  const text = proofText(PROOF_TAGS.token, seconds, 'https://elsewhere.example')
  return toBase64Url(Uint8Array.from([...(await agent.sign(utf8Bytes(text))), ...utf8Bytes(seconds)]))
}
