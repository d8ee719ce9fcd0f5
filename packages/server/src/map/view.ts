// What the picture of a map asks for: its columns, differences, sources, who works where, and a page for an agent's prompt.
import { readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MapOverlay, type Agent, type AgentId, type Clock, type Entry, type MapLive } from '@tutti/core'
import { fence } from '@tutti/protocol'
import { z } from 'zod'
import type { Context, Handlers } from '../handler.ts'
import { isWithin, type Live } from './live.ts'
import type { AskMap } from './maps.ts'
import { workOf, type Work } from './work.ts'

interface ViewDeps {
  /** Where the maps lie. */
  databases: string
  ask: AskMap
  live: Live
  rootOf(folder: string | undefined, context: Context): Promise<string>
  agents(): readonly Agent[]
  entries(id: AgentId): Promise<readonly Entry[]>
  random(bytes: number): Uint8Array
  clock: Clock
}

type ViewOperation = 'mapPicture' | 'mapSite' | 'mapLive' | 'mapOverlay' | 'mapSource' | 'mapContext'

const Overlay = MapOverlay.omit({ folder: true })
/** These answer with data; nobody reads their text. */
const TOKENS = 50

export const viewHandlers = (deps: ViewDeps): Pick<Handlers, ViewOperation> => ({
  async mapPicture({ folder }, context) {
    const answer = await deps.ask('picture', { place: { folder, tokens: TOKENS }, context })
    const picture = { folder: answer.folder, ...Object(answer.data) }
    return { body: Buffer.from(JSON.stringify(picture)), name: 'picture.json', type: 'application/json' }
  },
  async mapSite({ folder }, context) {
    // Written by the map's own process, which a large one takes a while.
    const file = join(deps.databases, `site-${Buffer.from(deps.random(8)).toString('hex')}.zip`)
    try {
      const { folder: root } = await deps.ask('site', {
        place: { folder, tokens: TOKENS },
        args: [file],
        context,
      })
      return { body: await readFile(file), name: `${basename(root)}-site.zip`, type: 'application/zip' }
    } finally {
      await rm(file, { force: true })
    }
  },
  async mapOverlay({ folder, against }, context) {
    const place = { folder, tokens: TOKENS }
    const answer = await deps.ask('overlay', { place, args: [against], context })
    return { folder: answer.folder, ...Overlay.parse(answer.data) }
  },
  async mapSource({ folder, file }, context) {
    const answer = await deps.ask('source', { place: { folder, tokens: TOKENS }, args: [file], context })
    return { folder: answer.folder, file, text: z.string().parse(answer.data) }
  },
  async mapContext({ folder, tokens, symbol }, context) {
    const { folder: root, text } = await deps.ask('page', {
      place: { folder, tokens },
      args: [symbol],
      context,
    })
    return { text: fenced(deps, { symbol, root, text }) }
  },
  async mapLive({ folder, since }, context) {
    const root = await deps.rootOf(folder, context)
    const turn = await deps.live.next(root, since, context.gone())
    return { folder: root, ...turn, work: await workIn(deps, root, context) }
  },
})

/** Comments and names in it are anybody's: data, never words to act on. */
const fenced = (
  { random }: ViewDeps,
  { symbol, root, text }: { symbol: string; root: string; text: string },
): string =>
  fence(
    {
      messageId: 'code-map',
      trust: 'external',
      source: 'code-map',
      sender: root,
      subject: symbol,
      message: text,
      context: null,
      attachments: [],
    },
    () => random(16),
  )

async function workIn(deps: ViewDeps, root: string, context: Context): Promise<MapLive['work']> {
  const here = deps
    .agents()
    .filter((one) => one.session !== null && (isWithin(one.folder, root) || isWithin(root, one.folder)))
  const known = await Promise.all(
    here.map(async (one) => ({ one, work: workOf(one, await deps.entries(one.id), root) })),
  )
  const silent = known.filter(({ one, work }) => work.length === 0 && isWithin(one.folder, root))
  const seen = known.flatMap(({ work }) => work)
  const [only] = silent
  // Whose conversation tells nothing is known by what changes in its folder, where no other could have changed it.
  const guessed = silent.length === 1 && only ? await changedBy(deps, { agent: only.one, root, context }) : []
  const told = new Set(seen.map(({ file }) => file))
  return [...seen, ...guessed.filter(({ file }) => !told.has(file))].sort((a, b) => b.at - a.at)
}

const Changed = z.array(z.object({ file: z.string(), at: z.int() }))
const FILES = 12
/** What was left uncommitted before is nobody's present work. */
const LATELY_MS = 3_600_000

async function changedBy(
  deps: ViewDeps,
  { agent, root, context }: { agent: Agent; root: string; context: Context },
): Promise<Work[]> {
  // A folder that is being read for the first time cannot answer yet.
  if (!deps.live.isOpen(root)) return []
  const answer = await deps.ask('changed', { place: { folder: root, tokens: TOKENS }, context })
  return Changed.parse(answer.data)
    .filter(({ file, at }) => at > deps.clock.now() - LATELY_MS && isWithin(`${root}/${file}`, agent.folder))
    .slice(0, FILES)
    .map(({ file, at }) => ({ agent: agent.id, name: agent.name, file, line: 0, did: 'changed', at }))
}
