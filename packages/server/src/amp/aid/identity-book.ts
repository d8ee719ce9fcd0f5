// Agents elsewhere and the tokens that they have: in memory as committed, because the guard asks with every call.
import { createHash } from 'node:crypto'
import {
  IDENTITY_SCOPES,
  type Clock,
  type Id,
  type Identity,
  type IdentityScope,
  type IdentityState,
} from '@tutti/core'
import { publicKey, type PublicKey } from '@tutti/protocol'
import type { By, Statement, Store, Unit } from '../../db/store.ts'
import type { Actor } from '../../handler.ts'
import { keysInForce, type Program, type ProgramBook, type ProgramId } from '../program-book.ts'

export type IdentityId = Id<'identity'>

export interface IdentityRecord extends Omit<Identity, 'mailbox' | 'fingerprint' | 'state'> {
  kid: string
  key: PublicKey
  state: IdentityState | 'deleted'
  programId: ProgramId | null
}

/** One that was not removed. */
export type LivingIdentity = IdentityRecord & { state: IdentityState }

export const isLiving = (identity: IdentityRecord | undefined): identity is LivingIdentity =>
  identity !== undefined && identity.state !== 'deleted'

export interface Token {
  identity: IdentityRecord
  scopes: readonly IdentityScope[]
  issuedAt: number
  until: number
}

export interface IdentityBook {
  all(): readonly LivingIdentity[]
  find(id: string): IdentityRecord | undefined
  /** The one that stands for a key; not one that was removed. */
  byKid(kid: string): LivingIdentity | undefined
  /** The mailbox that it speaks for, while its key is one of those in force there. */
  programOf(identity: IdentityRecord): Program | null
  /** The caller behind a token, or null: unknown, ended, or its identity is not active any more. */
  byToken(secret: string): Actor | null
  /** A token as it was given out, whatever became of it; kept for an hour after its end. */
  token(secret: string): Token | undefined
  /** Keeps a token beside the statements of its unit. */
  issue(
    token: { secret: string; identity: IdentityRecord; scopes: readonly IdentityScope[]; until: number },
    unit: Omit<Unit, 'subject'>,
  ): Promise<void>
  /** Ends one token at once; false where there is none. */
  revoke(secret: string, by: By): Promise<boolean>
  commit(unit: Unit): Promise<void>
}

export interface IdentityBookDeps {
  store: Store
  clock: Pick<Clock, 'now'>
  programs: Pick<ProgramBook, 'known'>
}

interface IdentityRow {
  id: IdentityId
  kid: string
  public_key: string
  name: string
  address: string
  description: string
  state: IdentityState | 'deleted'
  scopes: string
  seconds: number
  program_id: ProgramId | null
  created_at: number
  decided_by: string | null
}

interface TokenRow {
  hash: Uint8Array
  identity_id: string
  scopes: string
  issued_at: number
  until_ms: number
}

// So long an introspection still says why a token does not count any more.
const KEPT_MS = 3_600_000

export function createIdentityBook({ store, clock, programs }: IdentityBookDeps): IdentityBook {
  let book = loaded(store)
  const reload = () => {
    book = loaded(store)
  }
  const tokenOf = (secret: string) => {
    const row = book.tokens.get(hashOf(secret).toString('base64'))
    const identity = row && book.identities.get(row.identity_id)
    return row && identity && { identity, row }
  }
  const programOf = (identity: IdentityRecord): Program | null => {
    const program = identity.programId === null ? undefined : programs.known(identity.programId)
    const isItsKey = program && keysInForce(program, clock.now()).some(({ kid }) => kid === identity.kid)
    return program && isItsKey ? program : null
  }
  return {
    all: () => [...book.identities.values()].filter(isLiving),
    find: (id) => book.identities.get(id),
    byKid: (kid) => [...book.identities.values()].filter(isLiving).find((one) => one.kid === kid),
    programOf,
    // A token counts as the bytes that were given out: nothing of what it says about itself is read, its algorithm least of all.
    byToken(secret) {
      const found = tokenOf(secret)
      if (!found || found.row.until_ms <= clock.now() || found.identity.state !== 'active') return null
      const program = programOf(found.identity)
      return program ? actorOf(program, found) : null
    },
    token(secret) {
      const found = tokenOf(secret)
      if (!found) return undefined
      const { identity, row } = found
      return { identity, scopes: scopesOf(row.scopes), issuedAt: row.issued_at, until: row.until_ms }
    },
    async issue({ secret, identity, scopes, until }, unit) {
      const now = clock.now()
      const statements: Statement[] = [
        { sql: 'DELETE FROM identity_tokens WHERE until_ms < ?', values: [now - KEPT_MS] },
        {
          // Whoever suspends it meanwhile comes first: then there is none.
          sql: `INSERT INTO identity_tokens (hash, identity_id, scopes, issued_at, until_ms)
            SELECT ?, id, ?, ?, ? FROM identities WHERE id = ? AND state = 'active'`,
          values: [hashOf(secret), scopes.join(' '), now, until, identity.id],
          expect: { changes: 1, fault: 'identity.unknown', details: { id: identity.id } },
        },
      ]
      await store.commit({
        ...unit,
        subject: identity.id,
        statements: [...unit.statements, ...statements],
      })
      reload()
    },
    async revoke(secret, by) {
      const found = tokenOf(secret)
      if (!found || found.row.until_ms <= clock.now()) return false
      const sql = 'UPDATE identity_tokens SET until_ms = ? WHERE hash = ?'
      const statements = [{ sql, values: [clock.now(), hashOf(secret)] }]
      await store.commit({ by, subject: found.identity.id, statements })
      reload()
      return true
    },
    async commit(unit) {
      await store.commit(unit)
      reload()
    },
  }
}

/** Ends all tokens of an identity; part of the unit that changes how it stands. */
export const endTokens = (id: IdentityId, now: number): Statement => ({
  sql: 'UPDATE identity_tokens SET until_ms = min(until_ms, ?) WHERE identity_id = ?',
  values: [now, id],
})

function actorOf(
  { id, name }: Program,
  { identity, row }: { identity: IdentityRecord; row: TokenRow },
): Actor {
  return {
    id,
    userId: null,
    agentId: null,
    programId: id,
    identityId: identity.id,
    name,
    role: 'agent',
    scopes: new Set(scopesOf(row.scopes).filter((scope) => identity.scopes.includes(scope))),
    loginId: null,
  }
}

function loaded(store: Pick<Store, 'all'>) {
  const identities = new Map<string, IdentityRecord>(
    store.all<IdentityRow>('SELECT * FROM identities ORDER BY id').map((row) => [row.id, recordOf(row)]),
  )
  const tokens = new Map(
    store
      .all<TokenRow>('SELECT hash, identity_id, scopes, issued_at, until_ms FROM identity_tokens')
      .map((row) => [Buffer.from(row.hash).toString('base64'), row]),
  )
  return { identities, tokens }
}

const recordOf = (row: IdentityRow): IdentityRecord => ({
  id: row.id,
  kid: row.kid,
  key: publicKey(Buffer.from(row.public_key, 'base64url')),
  name: row.name,
  address: row.address,
  description: row.description,
  state: row.state,
  scopes: scopesOf(row.scopes),
  seconds: row.seconds,
  programId: row.program_id,
  createdAt: row.created_at,
  by: row.decided_by,
})

const scopesOf = (text: string): IdentityScope[] =>
  IDENTITY_SCOPES.filter((one) => text.split(' ').includes(one))

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
