// Mail that a restore took away: a machine that was restored asks each other one, once, to send again what it has had from there
// since its backup. What it still has is not doubled.
import type { Clock, Message } from '@tutti/core'
import type { Letter } from '@tutti/core/mesh'
import type { NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { By, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import { homeOfParty } from './letters.ts'
import type { Life } from './life-mark.ts'
import type { PeerStreams } from './peer-streams.ts'

export interface LostMailDeps {
  clock: Clock
  store: Pick<Store, 'get' | 'commit'>
  streams: PeerStreams
  life: Life
  /** Messages of this machine that other ones have had since that moment, oldest first. */
  deliveredSince(ms: number, most: number): Message[]
  letterOf(message: Message): Letter | null
  send(letter: Letter): void
  quietly: Quietly
}

const PURPOSE = 'mail-again'
const Head = z.object({ since: z.int().min(0) })
const BY: By = { actor: 'system', address: '', act: 'mesh.mail-again', audited: false }
/** Their clock may be another one, by an hour; and what was on its way when the backup was made is older than it. */
const MARGIN_MS = 2 * 3600_000
/** So much is sent again at most, so seldom: whoever asks for it all day gets nothing by it. */
const AGAIN_MOST = 5000
const ASKED_AGAIN_MS = 10 * 60_000
/** What had its time and was read then is wanted again now. */
const LIFE_MS = 7 * 24 * 3600_000

export function createLostMail(deps: LostMailDeps) {
  const { streams, life, clock, quietly } = deps
  serveAgain(deps)
  const asking = new Set<NodeId>()
  const heard = heardIn(deps)
  return {
    linked(peer: NodeId, state: 'up' | 'reset' | 'down'): void {
      if (!life.restored || state === 'down' || asking.has(peer) || heard.has(peer)) return
      if (clock.now() - life.restored.at > LIFE_MS) return
      asking.add(peer)
      const since = Math.max(0, life.restored.from - MARGIN_MS)
      const stream = streams.open(peer, PURPOSE, { since })
      stream.listen({
        message() {
          stream.close()
          asking.delete(peer)
          heard.add(peer)
          quietly(saveHeard(deps, heard))
        },
        // One of an older version knows nothing of it.
        closed: () => asking.delete(peer),
      })
    },
  }
}

function serveAgain({ streams, clock, deliveredSince, letterOf, send }: LostMailDeps): void {
  const last = new Map<NodeId, number>()
  streams.serve(PURPOSE, (stream, given) => {
    stream.listen({ message: () => undefined, closed: () => undefined }) // the question is its head
    const head = Head.safeParse(given)
    const now = clock.now()
    if (!head.success || now - (last.get(stream.peer) ?? -Infinity) < ASKED_AGAIN_MS) return stream.close()
    last.set(stream.peer, now)
    const letters = deliveredSince(head.data.since, AGAIN_MOST).flatMap((message) => letterOf(message) ?? [])
    for (const letter of letters)
      if (homeOfParty(letter.to) === stream.peer) send({ ...letter, expiresAtMs: now + LIFE_MS })
    stream.send(Buffer.from('{}'))
    return undefined
  })
}

const HEARD = "SELECT value FROM meta WHERE key = 'mesh.mail-again'"
const Heard = z.object({ epoch: z.int(), nodes: z.array(z.string()) })

/** Machines that were asked in this life. */
function heardIn({ store, life }: Pick<LostMailDeps, 'store' | 'life'>): Set<string> {
  const row = store.get<{ value: string }>(HEARD)
  const saved = row && Heard.parse(JSON.parse(row.value))
  return new Set(saved?.epoch === life.epoch ? saved.nodes : [])
}

const saveHeard = ({ store, life }: LostMailDeps, heard: ReadonlySet<string>): Promise<unknown> =>
  store.commit({
    by: BY,
    subject: 'mesh',
    statements: [
      {
        sql: "INSERT INTO meta (key, value) VALUES ('mesh.mail-again', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        values: [JSON.stringify({ epoch: life.epoch, nodes: [...heard] })],
      },
    ],
  })
