// Tells the map which agent changed what: all that is known at the first question to a working copy, then what comes. No map is
// started for it.
import type { Agent, AgentId, Entry, TranscriptGrowth } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import type { MapProcess } from './map-process.ts'
import { createTouches, type Touched } from './touches.ts'
import { within } from './work.ts'

interface Deps {
  store: Pick<Store, 'all' | 'get' | 'commit'>
  log: Log
  process: MapProcess
  entries(id: AgentId): Promise<readonly Entry[]>
  /** The map of that working copy was told. */
  touched(root: string): void
}

export interface Notes {
  /** Never rejects: what could not be kept is in the log. */
  hear(agent: Agent, growth: TranscriptGrowth): Promise<void>
  /** What the map of that working copy does not know yet, to go with a question to it. */
  since(root: string, database: string): Touched[]
  /** A question was not answered: what went with it may be lost. */
  forget(root: string): void
}

export function createNotes({ store, log, process, entries, touched }: Deps): Notes {
  const touches = createTouches(store)
  /** By root, of the working copies that were asked about: their database, and whether their map was told all that was done there. */
  const asked = new Map<string, Asked>()

  const tell = async (root: string, one: Asked, fresh: readonly Touched[]) => {
    const news = one.knows ? fresh : touches.within(root)
    one.knows = true
    try {
      await process.ask({
        root,
        database: one.database,
        // The cheapest of the questions: what counts is what goes with it.
        name: 'search',
        args: [],
        depth: 1,
        tokens: 50,
        touches: inside(news, root),
      })
    } catch (error) {
      one.knows = false
      log.warn('map.touches-untold', { folder: root, problem: String(error) })
    }
  }

  return {
    async hear(agent, growth) {
      try {
        const grown = growth.whole ? growth.entries : await entries(agent.id)
        const fresh = await touches.hear(agent, grown)
        for (const [root, one] of asked) {
          if (inside(fresh, root).length === 0) continue
          if (process.isRunning()) await tell(root, one, fresh)
          else one.knows = false
          // Whoever looks at it asks again, and a map that was not told is told with that.
          touched(root)
        }
      } catch (error) {
        log.warn('map.touches-unsaved', { agent: agent.id, problem: String(error) })
      }
    },
    since(root, database) {
      const one = asked.get(root)
      if (one?.knows === true) return []
      asked.set(root, { database, knows: true })
      return inside(touches.within(root), root)
    },
    forget(root) {
      const one = asked.get(root)
      if (one) one.knows = false
    },
  }
}

interface Asked {
  database: string
  knows: boolean
}

/** By paths within the root. */
const inside = (touches: readonly Touched[], root: string): Touched[] =>
  touches.flatMap((one) => {
    const file = within(one.file, root)
    return file === undefined ? [] : [{ ...one, file }]
  })
