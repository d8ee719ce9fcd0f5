// One attempt to reach a machine: some of its addresses, a turn after one another, until one of them answers as that machine.
import type { Clock } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { Openings } from './openings.ts'
import type { Dialled, Place } from './peer-dialler.ts'
import type { Carrier } from './transport.ts'

export interface RoundDeps {
  clock: Pick<Clock, 'after'>
  openings: Openings
  /** Where an address leads at this try. */
  placeOf(url: string, nth: number): Promise<Place>
}

export interface Rounds {
  /** Rejects where none of those that it tried has answered; the next round tries others. */
  reach(to: NodeId, urls: readonly string[], open: (place: Place) => Dialled): Promise<Carrier>
  /** Gives up what is under way. */
  close(): void
}

// More addresses than a machine has cards.
const MOST_URLS = 8
// Beside the address where it was met last one other: so that one has its turn again within three seconds.
const OTHERS = { known: 1, unknown: 4 } as const
// From the first connection of a round on. Then the others of the room are asked to pass on what is to be said.
const ROUND_MS = 5000

export function createRounds({ clock, openings, placeOf }: RoundDeps): Rounds {
  const met = new Map<NodeId, string>()
  const begun = new Map<NodeId, number>()
  const open = new Set<() => void>()

  const chosen = (to: NodeId, urls: readonly string[]): { urls: string[]; nth: number } => {
    const known = urls.find((url) => url === met.get(to))
    const others = urls.filter((url) => url !== known)
    const nth = begun.get(to) ?? 0
    begun.set(to, nth + 1)
    const most = known === undefined ? OTHERS.unknown : OTHERS.known
    const from = others.length === 0 ? 0 : (nth * most) % others.length
    const turned = [...others.slice(from), ...others.slice(0, from)].slice(0, most)
    return { urls: known === undefined ? turned : [known, ...turned], nth }
  }

  return {
    async reach(to, urls, dialAt) {
      const round = chosen(to, urls.slice(0, MOST_URLS))
      if (round.urls.length === 0) throw new Error('no address is known')
      const over = new AbortController()
      const tries: Dialled[] = []
      let cancel = (): void => undefined
      const end = (): void => {
        cancel()
        open.delete(end)
        over.abort()
        for (const one of tries) one.abort()
      }
      open.add(end)
      const tried = async (url: string) => {
        const place = await placeOf(url, round.nth)
        await openings.turn(to, over.signal)
        if (tries.length === 0) cancel = clock.after(ROUND_MS, end)
        const one = dialAt(place)
        tries.push(one)
        return { url, one, carrier: await one.carrier }
      }
      try {
        const won = await Promise.any(round.urls.map(tried)).catch(reasonOf)
        tries.splice(tries.indexOf(won.one), 1)
        met.set(to, won.url)
        return won.carrier
      } finally {
        end()
      }
    },
    close() {
      for (const end of open) end()
    },
  }
}

/** The first reason stands for all: they are of one kind nearly always. */
function reasonOf(error: unknown): never {
  const [reason]: unknown[] = error instanceof AggregateError ? error.errors : [error]
  throw reason
}
