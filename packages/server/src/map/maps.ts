// The code maps of this machine: finds the working copy that is meant, lets its owner only ask, and hands the question on.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  fault,
  type Agent,
  type AgentId,
  type Clock,
  type Entry,
  type MapAnswer,
  type OperationName,
  type TranscriptGrowth,
} from '@tutti/core'
import { repositoryOf } from '@tutti/knowledge/repository'
import type { Store } from '../db/store.ts'
import type { Context, Handlers, Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { createLive } from './live.ts'
import { createMapProcess } from './map-process.ts'
import { createNotes } from './notes.ts'
import { viewHandlers } from './view.ts'

export interface MapsDeps {
  dataFolder: string
  env: Readonly<Record<string, string | undefined>>
  log: Log
  /** The real path of a folder inside the allowed ones; throws for any other. */
  folderFor(path: string): Promise<string>
  allowedFolders(): readonly string[]
  agents(): readonly Agent[]
  clock: Clock
  random(bytes: number): Uint8Array
  /** The conversation of an agent, oldest first. */
  entries(id: AgentId): Promise<readonly Entry[]>
  /** Hears of an agent whose conversation has grown, with what is new in it, until the answer is called. */
  onWork(hear: (growth: TranscriptGrowth) => void): () => void
  store: Pick<Store, 'all' | 'get' | 'commit'>
}

export interface Maps {
  handlers: Pick<Handlers, MapOperation>
  close(): Promise<void>
}

/** Asks the map of a working copy. */
export type AskMap = (name: string, question: Question) => Promise<MapAnswer>

export interface Question {
  place: Place
  args?: (string | undefined)[]
  context: Context
}

type MapOperation = Extract<OperationName, `map${string}` | 'indexMap'>

export interface Place {
  folder?: string | undefined
  tokens: number
  depth?: number
}

export function createMaps(deps: MapsDeps): Maps {
  const live = createLive(deps)
  const process = createMapProcess({ ...deps, ...live })
  const notes = createNotes({ ...deps, ...live, process })
  const quietly = quietWork(deps.log, 'map.touches-unsaved')
  const deaf = deps.onWork((growth) => {
    const agent = deps.agents().find((one) => one.id === growth.agentId)
    if (!agent) return
    live.worked(agent.folder)
    quietly(notes.hear(agent, growth))
  })
  const databases = join(deps.dataFolder, 'maps')

  const folderOf = async (folder: string | undefined, { actor }: Context): Promise<string> => {
    const own = deps.agents().find((one) => one.id === actor.agentId)?.folder
    const wanted = folder ?? own
    if (wanted === undefined) throw fault('map.folder-needed')
    const real = await deps.folderFor(wanted)
    if (actor.agentId === null) return real
    const home = own === undefined ? undefined : await deps.folderFor(own)
    if (home === undefined || !(real === home || real.startsWith(`${home}/`)))
      throw fault('map.foreign-folder', { folder: wanted })
    return real
  }

  const copyOf = async (folder: string | undefined, context: Context) =>
    repositoryOf(await folderOf(folder, context), deps.allowedFolders())

  const ask: AskMap = async (name, { place, args = [], context }) => {
    const { root, key } = await copyOf(place.folder, context)
    mkdirSync(databases, { recursive: true, mode: 0o700 })
    const database = join(databases, `${key}.db`)
    const asked = process.ask({
      root,
      database,
      touches: notes.since(root, database),
      name,
      args: args.filter((one) => one !== undefined),
      depth: place.depth ?? 5,
      tokens: place.tokens,
    })
    try {
      return { folder: root, ...(await asked) }
    } catch (error) {
      notes.forget(root)
      throw error
    } finally {
      live.answered(root)
    }
  }

  return {
    handlers: {
      ...questionHandlers(ask),
      ...viewHandlers({
        ...deps,
        databases,
        ask,
        live: {
          ...live,
          next(root, since, gone) {
            process.watched()
            return live.next(root, since, gone)
          },
        },
        rootOf: async (folder, context) => (await copyOf(folder, context)).root,
      }),
    },
    async close() {
      deaf()
      live.close()
      await process.close()
    },
  }
}

/** Each asks the map what its name says. */
function questionHandlers(ask: AskMap) {
  const ofSymbol =
    (name: string) =>
    (place: Place & { symbol?: string | undefined }, context: Context): Promise<MapAnswer> =>
      ask(name, { place, args: [place.symbol], context })
  const plain =
    (name: string) =>
    (place: Place, context: Context): Promise<MapAnswer> =>
      ask(name, { place, context })
  return {
    indexMap: plain('index'),
    mapDefinition: ofSymbol('definition'),
    mapCallers: ofSymbol('callers'),
    mapCallees: ofSymbol('callees'),
    mapReferences: ofSymbol('references'),
    mapImpact: ofSymbol('impact'),
    mapOutline: ofSymbol('outline'),
    mapPage: ofSymbol('page'),
    mapDead: plain('dead'),
    mapClusters: plain('clusters'),
    mapHotspots: plain('hotspots'),
    mapStale: plain('stale'),
    mapLlms: plain('llms'),
    mapDiff: (place, context) => ask('diff', { place, args: [place.revision], context }),
    mapPath: (place, context) => ask('path', { place, args: [place.from, place.to], context }),
    mapCycles: (place, context) => ask('cycles', { place, args: [place.of], context }),
    mapTogether: (place, context) => ask('together', { place, args: [place.file], context }),
    mapTouched: ofSymbol('touched'),
    mapSearch: (place, context) => ask('search', { place, args: [place.words], context }),
  } satisfies Partial<Handlers>
}
