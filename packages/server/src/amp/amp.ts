// The Agent Messaging Protocol as one feature: what programs of other makers may ask of this machine's mail.
import { must, type Clock, type MailboxId, type RandomBytes } from '@tutti/core'
import { parseAddress, type Address, type PublicKey } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Actor, Handlers, Log } from '../handler.ts'
import type { FetchOutbound } from '../outbound.ts'
import { createAid } from './aid/aid.ts'
import { discoveryHandlers } from './discovery.ts'
import { metricsHandlers } from './metrics.ts'
import { delivered, handOver } from './federation.ts'
import { createFailures, type Failures } from './failures.ts'
import { lookupHandlers, type ResolveTxt } from './lookup.ts'
import { createAmpPace } from './pace.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPeers, type Peers } from './peers.ts'
import type { ProgramBook, ProgramId } from './program-book.ts'
import { queueHandlers, waitingRow, waitingText } from './queue.ts'
import { registrationHandlers, type Webhook } from './registration.ts'
import { riskHandlers } from './risk.ts'
import { routed } from './routing.ts'
import { createUploads, type Uploads } from './uploads.ts'
import { runWebhooks } from './webhooks.ts'
import type { Mail } from './mail.ts'

/** Keeps secrets encrypted at rest, each in its own place. */
interface Vault {
  seal(plaintext: string, place: { table: string; row: string; field: string }): Uint8Array
  open(sealed: Uint8Array, place: { table: string; row: string; field: string }): Uint8Array
}

export interface AmpOptions {
  store: Store
  clock: Clock
  random: RandomBytes
  programs: ProgramBook
  mail: Mail
  /** Signs the addresses of files; 32 bytes that stay. */
  secret: Uint8Array
  isOnline: (id: MailboxId) => boolean
  log: Log
  vault: Vault
  fetchOutbound: FetchOutbound
  resolveTxt: ResolveTxt
  /** The setting that lets an unsigned program of this very machine pass, marked (T4). */
  unsignedLocal: () => boolean
}

export interface AmpDeps extends AmpOptions {
  uploads: Uploads
  peers: Peers
  failures: Failures
  /** Counts what a program sends; throws rate_limited. */
  pace: ReturnType<typeof createAmpPace>
  naming: Mail['addresses']['naming']
  parse(text: string): Address
  isOwn(address: Address): boolean
  /** Whether mail to that address can be handed to its provider. */
  reaches(address: Address): boolean
  addressOf(name: string): { address: string; short: string }
  /** Every way in which a client may have written the address of this name into what it signed. */
  spellings(name: string): string[]
  isTaken(name: string): boolean
  /** Who shows that API key or token, or null. */
  callerBehind(secret: string): Actor | null
  /** Null takes it back. */
  setWebhook(id: ProgramId, webhook: Webhook | null, by: By): Promise<void>
  /** The key that signs for a mailbox of this machine, or null. */
  keyOf(id: MailboxId): Promise<PublicKey | null>
}

type AmpHandlers = Pick<
  Handlers,
  | Extract<keyof Handlers, `amp${string}`>
  | 'listMailPeers'
  | 'findMailPeer'
  | 'setMailPeer'
  | 'removeMailPeer'
  | 'getMailRisk'
  | 'listIdentities'
  | 'approveIdentity'
  | 'suspendIdentity'
  | 'reactivateIdentity'
  | 'removeIdentity'
>

/** Where the secret of a program's webhook is sealed. */
const secretPlace = (id: ProgramId) => ({ table: 'mail_programs', row: id, field: 'webhook_secret' })

export function createAmp(options: AmpOptions): {
  handlers: AmpHandlers
  outbox: Outbox
  /** The caller behind an API key or a token of an identity, or null. */
  byToken(secret: string): Actor | null
  run(): () => Promise<void>
} {
  const { aid, ...deps } = depsOf(options)
  const { log, clock, mail } = options
  const outbox = createOutbox({
    clock,
    log,
    due: mail.queued,
    handOver: (message) => handOver(deps, message),
    move: mail.moving.move,
  })
  return {
    outbox,
    byToken: deps.callerBehind,
    /** Hands over and pushes what waits for others; the answer ends it. */
    run() {
      const stopWebhooks = runWebhooks({
        ...options,
        target: (id) => targetOf(options, id),
        text: (id) => waitingText(deps, must(waitingRow(options.store, id), `the message ${id}`)),
      })
      const stopOutbox = outbox.run()
      return async () => {
        stopWebhooks()
        await stopOutbox()
      }
    },
    handlers: {
      ...discoveryHandlers(deps),
      ...metricsHandlers(deps),
      ...riskHandlers(deps),
      ...registrationHandlers(deps),
      ...queueHandlers(deps),
      ...deps.uploads.handlers,
      ...aid.handlers,
      ampRoute: (_input, context) => {
        deps.failures.refuseTooMany(context.actor.id)
        return routed(deps, context)
      },
      ampDeliver: (_input, context) => delivered(deps, context),
      ...deps.peers.handlers,
      ...lookupHandlers(deps),
    },
  }
}

function targetOf({ programs, vault }: AmpOptions, id: ProgramId) {
  const webhook = programs.known(id)?.webhook
  if (!webhook) return null
  return {
    url: webhook.url,
    secret: new TextDecoder().decode(vault.open(webhook.sealedSecret, secretPlace(id))),
  }
}

function depsOf(options: AmpOptions): AmpDeps & { aid: ReturnType<typeof createAid> } {
  const { mail, programs, clock } = options
  const { naming } = mail.addresses
  const addressOf = (name: string) => {
    const { tenant, provider } = naming()
    return { address: `${name}@${tenant}.${provider}`, short: `${name}@${tenant}` }
  }
  const domains = () => [naming().provider, ...naming().aliases]
  const peers = createPeers({ ...options, now: () => clock.now() })
  const parse = (text: string) => {
    const known = [...naming().aliases, ...peers.all().map(({ provider }) => provider)]
    return parseAddress(text, { ...naming(), known })
  }
  const isTaken = (name: string): boolean =>
    name === 'postmaster' || programs.byName(name) !== undefined || mail.addresses.at(parse(name)) !== null
  const aid = createAid({ ...options, naming, addressOf, isTaken })
  const partial = {
    ...options,
    failures: createFailures(clock),
    pace: createAmpPace(clock),
    naming,
    parse,
    addressOf,
    isOwn: ({ provider }: Address) => domains().includes(provider),
    peers,
    reaches: ({ provider }: Address) => peers.of(provider) !== undefined,
    spellings(name: string) {
      const { tenant } = naming()
      const tenants = [...new Set([tenant, 'default'])]
      return [
        ...tenants.flatMap((one) => domains().map((domain) => `${name}@${one}.${domain}`)),
        `${name}@${tenant}`,
        name,
      ]
    },
    isTaken,
    callerBehind: (secret: string) => programs.byToken(secret) ?? aid.byToken(secret),
    setWebhook: (id: ProgramId, webhook: Webhook | null, by: By) =>
      programs.commit(
        id,
        [
          {
            sql: 'UPDATE mail_programs SET webhook_url = ?, webhook_secret = ? WHERE id = ?',
            values: [
              webhook?.url ?? null,
              webhook && options.vault.seal(webhook.secret, secretPlace(id)),
              id,
            ],
          },
        ],
        by,
      ),
    async keyOf(id: MailboxId) {
      const program = programs.known(id)
      if (program)
        return (
          program.keys.find(({ untilMs, revokedAtMs }) => untilMs === null && revokedAtMs === null)?.key ??
          null
        )
      return (await mail.signers.of(id)).key
    },
  }
  return { ...partial, aid, uploads: createUploads(partial) }
}
