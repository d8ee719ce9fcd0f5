// The code maps of this machine: finds the working copy that is meant, lets its owner only ask, and hands the question on.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fault, type Agent, type MapAnswer, type OperationName } from '@tutti/core'
import type { Context, Handlers, Log } from '../handler.ts'
import { createMapProcess } from './map-process.ts'
import { pictureOf } from './picture.ts'
import { repositoryOf } from './repository.ts'

export interface MapsDeps {
  dataFolder: string
  env: Readonly<Record<string, string | undefined>>
  log: Log
  /** The real path of a folder inside the allowed ones; throws for any other. */
  folderFor(path: string): Promise<string>
  allowedFolders(): readonly string[]
  agents(): readonly Agent[]
}

export interface Maps {
  handlers: Pick<Handlers, MapOperation>
  close(): Promise<void>
}

type MapOperation = Extract<OperationName, `map${string}` | 'indexMap'>

interface Place {
  folder?: string | undefined
  tokens: number
  depth?: number
}

export function createMaps(deps: MapsDeps): Maps {
  const process = createMapProcess(deps)
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

  const ask = async (
    name: string,
    { place, args = [], context }: { place: Place; args?: (string | undefined)[]; context: Context },
  ): Promise<MapAnswer> => {
    const folder = await folderOf(place.folder, context)
    const { root, key } = repositoryOf(folder, deps.allowedFolders())
    mkdirSync(databases, { recursive: true, mode: 0o700 })
    const answer = await process.ask({
      root,
      database: join(databases, `${key}.db`),
      name,
      args: args.filter((one) => one !== undefined),
      depth: place.depth ?? 5,
      tokens: place.tokens,
    })
    return { folder: root, ...answer }
  }

  const ofSymbol =
    (name: string) =>
    (place: Place & { symbol?: string | undefined }, context: Context): Promise<MapAnswer> =>
      ask(name, { place, args: [place.symbol], context })
  const plain =
    (name: string) =>
    (place: Place, context: Context): Promise<MapAnswer> =>
      ask(name, { place, context })

  return {
    handlers: {
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
      mapTouched: (place, context) => ask('touched', { place, args: [place.file], context }),
      mapSearch: (place, context) => ask('search', { place, args: [place.words], context }),
      async mapPicture({ folder }, context) {
        const { folder: root, data } = await ask('picture', { place: { folder, tokens: 50 }, context })
        return pictureOf(root, data, deps.agents())
      },
    },
    close: process.close,
  }
}
