// Passkeys (W3C WebAuthn 3): the library judges the cryptography, this file keeps challenges and keys.
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { fault, newId, permissionsOf } from '@tutti/core'
import type { Actor, Context, Handlers } from '../handler.ts'
import { holds } from '../permission.ts'
import { freshUser, type Office } from './office.ts'
import type { PasskeyRecord } from './record.ts'
import { passkeyByCredential, passkeysOf } from './rows.ts'
import { mayUsePasskeys } from './sign-in.ts'
import { insertPasskey, passkeyUsed, removePasskey, touchUser } from './statements.ts'

type Passkeys = Pick<
  Handlers,
  | 'beginPasskeyLogin'
  | 'finishPasskeyLogin'
  | 'beginPasskey'
  | 'finishPasskey'
  | 'listPasskeys'
  | 'removePasskey'
>

const CHALLENGE_LIFE_MS = 5 * 60_000
const MAX_CHALLENGES = 1000
// EdDSA, ES256, RS256: what authenticators have today; the runtime calls newer ones experimental.
const ALGORITHMS = [-8, -7, -257]

// Loaded at first use: the library takes a fifth of a second, and most starts never need it.
const webauthn = () => import('@simplewebauthn/server')

export function passkeyHandlers(office: Office): Passkeys {
  const challenges = createChallenges(() => office.clock.now())
  return {
    ...registration(office, challenges),
    ...authentication(office, challenges),
    listPasskeys: (_input, { actor }) => passkeysOf(office.store, office.self(actor).id).map(shown),
    async removePasskey({ id }, { actor, by }) {
      const user = office.self(actor)
      await office.commit({
        by,
        subject: id,
        statements: [removePasskey(id, user.id), touchUser(user.id)],
        events: [office.userChanged(user, { passkeys: user.passkeys - 1 })],
      })
      return {}
    },
  }
}

function registration(
  office: Office,
  challenges: Challenges,
): Pick<Passkeys, 'beginPasskey' | 'finishPasskey'> {
  return {
    async beginPasskey(_input, { actor, origin }) {
      const user = office.self(actor)
      refuseNarrow(actor)
      const { generateRegistrationOptions } = await webauthn()
      const options = await generateRegistrationOptions({
        rpName: `Tutti on ${office.machine()}`,
        rpID: partyOf(origin),
        userName: user.name,
        userID: new TextEncoder().encode(user.id),
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: passkeysOf(office.store, user.id).map((key) => ({
          id: key.credentialId,
          transports: key.transports,
        })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      challenges.add(options.challenge, user.id)
      return { ...options }
    },
    async finishPasskey({ label, response }, { actor, by, origin }) {
      const user = office.self(actor)
      refuseNarrow(actor)
      const { verifyRegistrationResponse } = await webauthn()
      const verdict = await judged(() =>
        verifyRegistrationResponse({
          response: asRegistration(response),
          expectedChallenge: (challenge) => challenges.use(challenge, user.id),
          expectedOrigin: origin,
          expectedRPID: partyOf(origin),
          supportedAlgorithmIDs: ALGORITHMS,
        }),
      )
      if (!verdict.verified) throw fault('passkey.refused', { problem: 'it did not verify' })
      const { credential } = verdict.registrationInfo
      const now = office.clock.now()
      const passkey: PasskeyRecord = {
        id: newId('passkey', now, office.random),
        userId: user.id,
        credentialId: credential.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        label,
        createdAt: now,
        lastUsedAt: null,
      }
      await office.commit({
        by,
        subject: passkey.id,
        statements: [insertPasskey(passkey), touchUser(user.id)],
        events: [office.userChanged(user, { passkeys: user.passkeys + 1 })],
      })
      return shown(passkey)
    },
  }
}

function authentication(
  office: Office,
  challenges: Challenges,
): Pick<Passkeys, 'beginPasskeyLogin' | 'finishPasskeyLogin'> {
  return {
    async beginPasskeyLogin(_input, { origin }) {
      const { generateAuthenticationOptions } = await webauthn()
      const options = await generateAuthenticationOptions({
        rpID: partyOf(origin),
        userVerification: 'required',
      })
      challenges.add(options.challenge, null)
      return { ...options }
    },
    async finishPasskeyLogin({ response }, context) {
      const passkey = passkeyByCredential(
        office.store,
        typeof response['id'] === 'string' ? response['id'] : '',
      )
      const user = office.directory.user(passkey?.userId ?? '')
      if (passkey === null || user === null || user.disabled) {
        throw fault('passkey.refused', { problem: 'no account has it' })
      }
      const counter = await newCounter(challenges, { response, passkey, context })
      const login = office.openLogin(user, context)
      const used = passkeyUsed({ id: passkey.id, counter, at: office.clock.now() })
      await office.commit({
        by: context.by,
        subject: user.id,
        statements: [used, ...login.statements],
        events: login.events,
      })
      return office.me(freshUser(office, user.id), null)
    },
  }
}

async function newCounter(
  challenges: Challenges,
  asked: { response: Record<string, unknown>; passkey: PasskeyRecord; context: Context },
): Promise<number> {
  const { response, passkey, context } = asked
  const { verifyAuthenticationResponse } = await webauthn()
  const verdict = await judged(() =>
    verifyAuthenticationResponse({
      response: asAuthentication(response),
      expectedChallenge: (challenge) => challenges.use(challenge, null),
      expectedOrigin: context.origin,
      expectedRPID: partyOf(context.origin),
      credential: {
        id: passkey.credentialId,
        publicKey: Uint8Array.from(passkey.publicKey),
        counter: passkey.counter,
        transports: asTransports(passkey.transports),
      },
    }),
  )
  if (!verdict.verified) throw fault('passkey.refused', { problem: 'it did not verify' })
  return verdict.authenticationInfo.newCounter
}

/** A passkey has all rights of its account: a token with fewer must not make itself one. Throws token.scope-exceeds. */
function refuseNarrow(actor: Actor): void {
  const excess = permissionsOf(actor.role).find((one) => !holds(actor, one))
  if (excess !== undefined) throw fault('token.scope-exceeds', { scope: excess })
}

/** The library throws plain errors for everything that does not fit; all of them are one refusal to a caller. */
async function judged<T>(judge: () => Promise<T>): Promise<T> {
  try {
    return await judge()
  } catch (error) {
    throw fault('passkey.refused', { problem: 'it does not fit what was asked' }, error)
  }
}

/** The relying party: our host name without the port. Throws passkey.refused for an address. */
function partyOf(origin: string): string {
  if (!mayUsePasskeys(origin)) {
    throw fault('passkey.refused', { problem: 'passkeys need a host name, such as localhost' })
  }
  return new URL(origin).hostname
}

interface Challenges {
  add(challenge: string, userId: string | null): void
  /** True once, within five minutes, for whom it was made. */
  use(challenge: string, userId: string | null): boolean
}

function createChallenges(nowMs: () => number): Challenges {
  const waiting = new Map<string, { userId: string | null; expiresAt: number }>()
  return {
    add(challenge, userId) {
      const [oldest] = waiting.keys()
      if (waiting.size >= MAX_CHALLENGES && oldest !== undefined) waiting.delete(oldest)
      waiting.set(challenge, { userId, expiresAt: nowMs() + CHALLENGE_LIFE_MS })
    },
    use(challenge, userId) {
      const found = waiting.get(challenge)
      waiting.delete(challenge)
      return found !== undefined && found.userId === userId && found.expiresAt >= nowMs()
    },
  }
}

const shown = ({ id, label, createdAt, lastUsedAt }: PasskeyRecord) => ({ id, label, createdAt, lastUsedAt })

// The three casts are sound: the library checks every field that it reads, and throws.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asRegistration = (json: Record<string, unknown>) => json as unknown as RegistrationResponseJSON
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asAuthentication = (json: Record<string, unknown>) => json as unknown as AuthenticationResponseJSON
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asTransports = (names: string[]) => names as AuthenticatorTransport[]
