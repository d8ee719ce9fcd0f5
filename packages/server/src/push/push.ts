// Notifications to browsers that may be closed: what still waits a moment after it came, to whoever wants to know, with its answers.
import {
  fault,
  isQuiet,
  maySeeItem,
  newId,
  type Agent,
  type AgentId,
  type AttentionItem,
  type Clock,
  type LoggedEvent,
  type Preferences,
  type RandomBytes,
  type UserId,
} from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Handlers, Log } from '../handler.ts'
import type { Vault } from '../vault/vault.ts'
import { addressProblem, type FetchOutbound } from '../outbound.ts'
import { quietWork } from '../quiet-work.ts'
import { MAX_PLAINTEXT_BYTES, newChance, sealed } from './encryption.ts'
import {
  deleteSubscription,
  KEY_PLACE,
  putKey,
  putSubscription,
  sealedKey,
  subscriptionAt,
  subscriptions,
  type Subscription,
} from './store.ts'
import { newVapidKey, openVapid, type Vapid } from './vapid.ts'

export interface PushDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  log: Log
  vault: Vault
  fetchOutbound: FetchOutbound
  agent(id: AgentId): Agent | undefined
  /** The item as it is now, while it is open. */
  item(id: string): AttentionItem | undefined
  /** What the user has set for notifications; null when the account may not see the queue. */
  wishes(id: UserId): Pick<Preferences, 'muted' | 'quiet'> | null
}

// What a rule, the keyboard or an open dashboard settles at once disturbs nobody.
const PATIENCE_MS = 4000
const LIFE_S = 3600
const TEXT_LENGTH = 300
const SYSTEM = (act: string): By => ({ actor: 'system', address: '', act, audited: false })
// The service says that this browser has gone.
const GONE: ReadonlySet<number> = new Set([404, 410])

type PushHandlers = Pick<Handlers, 'getPushKey' | 'subscribePush' | 'unsubscribePush'>

export function createPush(deps: PushDeps): { handlers: PushHandlers; close(): void } {
  const { store, clock, random, log } = deps
  const waiting = new Map<string, () => void>()

  const quietly = quietWork(log, 'push.failed')
  const { vapid, send } = createSending(deps)

  const notify = async (id: string): Promise<void> => {
    const item = deps.item(id)
    if (item?.receipt !== 'pending') return
    const wanted = subscriptions(store).filter(
      (one) => maySeeItem(item, one.user_id) && wants(deps.wishes(one.user_id), item, clock.now()),
    )
    if (wanted.length === 0) return
    const key = await vapid()
    await Promise.all(wanted.map((to) => quietly.over(send(to, item, key), { id: to.id })))
  }

  const heard = (event: LoggedEvent) => {
    if (event.type !== 'attention.changed') return
    const { id, receipt } = event.data
    if (receipt === 'pending' && !waiting.has(id) && event.data.version === 1) {
      const due = () => {
        waiting.delete(id)
        quietly(notify(id), { id })
      }
      waiting.set(id, clock.after(PATIENCE_MS, due))
    } else if (receipt !== 'pending') {
      waiting.get(id)?.()
      waiting.delete(id)
    }
  }
  const unsubscribe = store.onEvents((events) => events.forEach(heard))

  return {
    handlers: {
      getPushKey: async () => ({ key: (await vapid()).publicKey }),
      async subscribePush({ endpoint, keys }, { by, actor }) {
        const problem = addressProblem(endpoint)
        if (problem !== null) throw fault('push.refused', { problem })
        if (actor.userId === null) throw fault('push.refused', { problem: 'no account is behind it' })
        const id = subscriptionAt(store, endpoint)?.id ?? newId('push', clock.now(), random)
        const { p256dh, auth } = keys
        const one = { id, user_id: actor.userId, endpoint, p256dh, auth, created_at: clock.now() }
        await store.commit({ by, subject: id, statements: [putSubscription(one)] })
        return { id }
      },
      async unsubscribePush({ id }, { by, actor }) {
        const known = subscriptions(store).find((one) => one.id === id && one.user_id === actor.userId)
        if (!known) throw fault('push.unknown', { id })
        await store.commit({ by, subject: id, statements: [deleteSubscription(id)] })
        return {}
      },
    },
    close() {
      unsubscribe()
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
  }
}

/** The key of this machine, and one notification to one browser. */
function createSending({ store, clock, random, log, vault, fetchOutbound, agent }: PushDeps) {
  const vapid = async (): Promise<Vapid> => {
    if (sealedKey(store) === null) {
      const statements = [putKey(vault.seal(newVapidKey(), KEY_PLACE))]
      await store.commit({ by: SYSTEM('createPushKey'), subject: '', statements })
    }
    const kept = sealedKey(store)
    if (kept === null) throw new Error('missing: the key that was just written')
    return openVapid(new TextDecoder().decode(vault.open(kept, KEY_PLACE)))
  }

  const send = async (to: Subscription, item: AttentionItem, key: Vapid): Promise<void> => {
    const body = sealed(Buffer.from(messageOf(item, agent(item.agentId))), to, newChance(random(16)))
    const { status } = await fetchOutbound({
      method: 'POST',
      url: to.endpoint,
      headers: {
        Authorization: key.authorization(new URL(to.endpoint).origin, clock.now()),
        'Content-Encoding': 'aes128gcm',
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(body.byteLength),
        TTL: String(LIFE_S),
        Urgency: 'high',
      },
      body,
    })
    if (GONE.has(status)) {
      await store.commit({ by: SYSTEM('dropPush'), subject: to.id, statements: [deleteSubscription(to.id)] })
    } else if (status >= 300) log.warn('push.refused', { id: to.id, status })
  }

  return { vapid, send }
}

function wants(
  wishes: Pick<Preferences, 'muted' | 'quiet'> | null,
  item: AttentionItem,
  now: number,
): boolean {
  if (wishes === null || wishes.muted?.includes(item.agentId)) return false
  return !wishes.quiet || !isQuiet(wishes.quiet, now)
}

/** What the browser shows and answers with; cut until it fits into one record. */
function messageOf(item: AttentionItem, agent: Agent | undefined): string {
  const { ask } = item
  const [question] = ask.questions
  const choices = ask.questions.length === 1 && !question?.multiple ? (question?.choices ?? []) : []
  const message = (length: number) =>
    JSON.stringify({
      id: item.id,
      version: item.version,
      agentId: item.agentId,
      agent: agent?.name ?? item.asker?.name ?? '',
      kind: ask.kind,
      title: ask.title.slice(0, length),
      tool: ask.tool?.slice(0, length) ?? null,
      choices: choices
        .slice(0, 3)
        .map(({ key, label, effect }) => ({ key, label: label.slice(0, length), effect })),
    })
  let length = TEXT_LENGTH
  while (Buffer.byteLength(message(length)) > MAX_PLAINTEXT_BYTES && length > 1)
    length = Math.floor(length / 2)
  return message(length)
}
