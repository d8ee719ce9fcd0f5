// Programs elsewhere that have a mailbox here: who they are, which keys sign for them and which open their mailbox.
import { createHash } from 'node:crypto'
import { must, newId, type Clock, type Id, type RandomBytes } from '@tutti/core'
import { fingerprints, keyStanding, publicKey, type KeyRecord, type PublicKey } from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { By, Statement, Store } from '../db/store.ts'
import type { Actor } from '../handler.ts'

export type ProgramId = Id<'mailbox'>

export interface Program {
  id: ProgramId
  name: string
  alias: string | null
  createdAt: number
  /** Its name stays taken when it has gone. */
  goneAt: number | null
  keys: readonly KeyRecord[]
  webhook: { url: string; sealedSecret: Uint8Array } | null
}

export interface ProgramBook {
  all(): readonly Program[]
  byName(name: string): Program | undefined
  /** One that has not gone. */
  known(id: string): Program | undefined
  /** Whether an operator has closed its mailbox. */
  isSuspended(id: string): boolean
  /** Who holds a key, by its SPKI fingerprint, in force or not. */
  byKey(kid: string): Program | undefined
  /** The caller behind an API key, or null. */
  byToken(secret: string): Actor | null
  current(actor: Actor): Actor | null
  add(
    program: { name: string; alias: string | null; key: PublicKey },
    by: By,
  ): Promise<{ program: Program; apiKey: string }>
  /** Statements that add a program without an API key; the book follows when `refresh` is called after their commit. */
  newcomer(program: {
    name: string
    alias: string | null
    key: PublicKey
  }): Promise<{ id: ProgramId; statements: Statement[] }>
  /** A new API key; `overlapMs` is how long those before go on working. */
  renewApiKey(id: ProgramId, overlapMs: number, by: By): Promise<{ apiKey: string; oldUntil: number }>
  revokeApiKey(id: ProgramId, secret: string, by: By): Promise<void>
  /** Statements that replace the signing key; the book follows when `refresh` is called after their commit. */
  replaceKey(id: ProgramId, next: PublicKey, untilMs: number): Promise<Statement[]>
  /** Ends a program: no key of it counts from now on. */
  remove(id: ProgramId, by: By): Promise<void>
  commit(id: ProgramId, statements: readonly Statement[], by: By): Promise<void>
  /** Reads anew after statements of the book were committed in a unit of another. */
  refresh(): void
}

interface ProgramRow {
  id: ProgramId
  name: string
  alias: string | null
  created_at: number
  gone_at: number | null
  webhook_url: string | null
  webhook_secret: Uint8Array | null
}

interface KeyRow {
  kid: string
  program_id: string
  public_key: string
  from_ms: number
  until_ms: number | null
  revoked_at_ms: number | null
}

interface ApiKeyRow {
  hash: Uint8Array
  program_id: string
  until_ms: number | null
}

export interface ProgramBookDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  isSuspended: (id: string) => boolean
}

/** Held in memory and read anew after each change: programs are few and change seldom, calls come all the time. */
export function createProgramBook(deps: ProgramBookDeps): ProgramBook {
  const { store, clock } = deps
  let book = loaded(store)

  const live = (id: string): Program | undefined => {
    const program = book.programs.get(id)
    return program?.goneAt === null ? program : undefined
  }
  const refresh = () => {
    book = loaded(store)
  }
  const commit: ProgramBook['commit'] = async (id, statements, by) => {
    await store.commit({ by, subject: id, statements })
    refresh()
  }

  return {
    all: () => [...book.programs.values()].filter(({ goneAt }) => goneAt === null),
    byName: (name) => [...book.programs.values()].find((one) => one.name === name),
    known: live,
    isSuspended: deps.isSuspended,
    byKey: (kid) => [...book.programs.values()].find(({ keys }) => keys.some((key) => key.kid === kid)),
    byToken(secret) {
      const row = book.apiKeys.get(hashOf(secret).toString('hex'))
      if (row === undefined || (row.until_ms ?? Infinity) <= clock.now()) return null
      const program = live(row.program_id)
      return program ? actorOf(program) : null
    },
    current(actor) {
      const program = live(actor.id)
      return program ? actorOf(program) : null
    },
    ...changes(deps, { live, commit }),
    commit,
    refresh,
  }
}

type Changes = Pick<
  ProgramBook,
  'add' | 'newcomer' | 'renewApiKey' | 'revokeApiKey' | 'replaceKey' | 'remove'
>

function changes(
  { clock, random }: ProgramBookDeps,
  { live, commit }: { live: (id: string) => Program | undefined; commit: ProgramBook['commit'] },
): Changes {
  const apiKeyStatement = (id: ProgramId, secret: string): Statement => ({
    sql: 'INSERT INTO mail_api_keys (hash, program_id, created_at) VALUES (?, ?, ?)',
    values: [hashOf(secret), id, clock.now()],
  })
  const newcomer: ProgramBook['newcomer'] = async ({ name, alias, key }) => {
    const id = newId('mailbox', clock.now(), random)
    const insert = {
      sql: 'INSERT INTO mail_programs (id, name, alias, created_at) VALUES (?, ?, ?, ?)',
      values: [id, name, alias, clock.now()],
    }
    return { id, statements: [insert, await keyStatement(id, key, clock.now())] }
  }
  const newApiKey = () => `amp_live_sk_${Buffer.from(random(32)).toString('hex')}`

  return {
    newcomer,
    async add(program, by) {
      const { id, statements } = await newcomer(program)
      const apiKey = newApiKey()
      await commit(id, [...statements, apiKeyStatement(id, apiKey)], by)
      return { program: must(live(id), 'the program that was just added'), apiKey }
    },
    async renewApiKey(id, overlapMs, by) {
      const apiKey = newApiKey()
      const oldUntil = clock.now() + overlapMs
      const shorten = {
        sql: 'UPDATE mail_api_keys SET until_ms = ? WHERE program_id = ? AND (until_ms IS NULL OR until_ms > ?)',
        values: [oldUntil, id, oldUntil],
      }
      await commit(id, [shorten, apiKeyStatement(id, apiKey)], by)
      return { apiKey, oldUntil }
    },
    revokeApiKey: (id, secret, by) =>
      commit(
        id,
        [
          {
            sql: 'DELETE FROM mail_api_keys WHERE hash = ? AND program_id = ?',
            values: [hashOf(secret), id],
          },
        ],
        by,
      ),
    async replaceKey(id, next, untilMs) {
      const { spki } = await fingerprints(next, ampCrypto)
      const shorten = {
        sql: `UPDATE mail_program_keys SET until_ms = min(coalesce(until_ms, ?), ?), superseded_by = ?
          WHERE program_id = ? AND revoked_at_ms IS NULL`,
        values: [untilMs, untilMs, spki, id],
      }
      return [shorten, await keyStatement(id, next, clock.now())]
    },
    remove: (id, by) => commit(id, removal(id, clock.now()), by),
  }
}

const removal = (id: ProgramId, now: number): Statement[] => [
  { sql: 'UPDATE mail_programs SET gone_at = ? WHERE id = ?', values: [now, id] },
  {
    sql: 'UPDATE mail_program_keys SET revoked_at_ms = ? WHERE program_id = ? AND revoked_at_ms IS NULL',
    values: [now, id],
  },
  { sql: 'DELETE FROM mail_api_keys WHERE program_id = ?', values: [id] },
]

const actorOf = ({ id, name }: Program): Actor => ({
  id,
  userId: null,
  agentId: null,
  programId: id,
  name,
  role: 'agent',
  scopes: new Set(['message:read', 'message:send']),
  loginId: null,
})

/** The keys that may sign for a program now, the newest first. */
export const keysInForce = (program: Program, nowMs: number): KeyRecord[] =>
  program.keys.filter((key) => keyStanding(key, nowMs) === 'in_force').toSorted((a, b) => b.fromMs - a.fromMs)

async function keyStatement(id: ProgramId, key: PublicKey, fromMs: number): Promise<Statement> {
  const { spki } = await fingerprints(key, ampCrypto)
  return {
    sql: 'INSERT INTO mail_program_keys (kid, program_id, public_key, from_ms) VALUES (?, ?, ?, ?)',
    values: [spki, id, Buffer.from(key.raw).toString('base64url'), fromMs],
  }
}

function loaded(store: Pick<Store, 'all'>) {
  const keys = store.all<KeyRow>('SELECT * FROM mail_program_keys')
  const programs = new Map<string, Program>(
    store
      .all<ProgramRow>(
        'SELECT id, name, alias, created_at, gone_at, webhook_url, webhook_secret FROM mail_programs ORDER BY name',
      )
      .map((row) => [row.id, programOf(row, keys)]),
  )
  const apiKeys = new Map(
    store
      .all<ApiKeyRow>('SELECT hash, program_id, until_ms FROM mail_api_keys')
      .map((row) => [Buffer.from(row.hash).toString('hex'), row]),
  )
  return { programs, apiKeys }
}

const programOf = (row: ProgramRow, keys: readonly KeyRow[]): Program => ({
  id: row.id,
  name: row.name,
  alias: row.alias,
  createdAt: row.created_at,
  goneAt: row.gone_at,
  webhook:
    row.webhook_url === null || row.webhook_secret === null
      ? null
      : { url: row.webhook_url, sealedSecret: row.webhook_secret },
  keys: keys
    .filter((key) => key.program_id === row.id)
    .map((key) => ({
      kid: key.kid,
      key: publicKey(Buffer.from(key.public_key, 'base64url')),
      fromMs: key.from_ms,
      untilMs: key.until_ms,
      revokedAtMs: key.revoked_at_ms,
    })),
})

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
