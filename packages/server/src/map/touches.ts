// Remembers which agent changed which file: read from conversations as they grow, because those may be gone when somebody asks.
import type { Agent, Entry } from '@tutti/core'
import type { Statement, Store, Value } from '../db/store.ts'
import { handledIn, wholePath, type Handled } from './edits.ts'

/** What an agent did with one file in one session. */
export interface Touched {
  agent: string
  name: string
  /** When the session was started, ms UTC; 0 where none runs. */
  session: number
  /** Absolute. */
  file: string
  /** Of its latest change there. */
  lines: Handled['lines']
  first: number
  last: number
  /** Differences that were told; 0 where its program tells only that it changed the file. */
  times: number
}

export interface Touches {
  /** Writes down what is new in these entries of the agent's conversation, and gives it. */
  hear(agent: Agent, entries: readonly Entry[]): Promise<Touched[]>
  /** What was ever done within the folder, earliest first. */
  within(folder: string): Touched[]
}

type Deps = Pick<Store, 'all' | 'get' | 'commit'>

/** More is more than anybody asks for; what was done last is what counts. */
const LISTED = 5000

export function createTouches(store: Deps): Touches {
  return {
    async hear(agent, entries) {
      const fresh = changesIn(store, agent, entries)
      if (fresh.length === 0) return []
      await store.commit({
        by: { actor: 'system', address: '', act: 'noteTouches', audited: false },
        subject: agent.id,
        statements: fresh.map((one) => putTouch(one)),
      })
      return fresh.flatMap(({ agent: id, session, file }) => {
        const row = store.get<Row>(
          'SELECT * FROM map_touches WHERE agent_id = ? AND session = ? AND file = ?',
          id,
          session,
          file,
        )
        return row ? [touchOf(row)] : []
      })
    },
    within: (folder) =>
      store
        .all<Row>(
          'SELECT * FROM map_touches WHERE file >= ? AND file < ? ORDER BY last_at DESC LIMIT ?',
          `${folder}/`,
          `${folder}0`,
          LISTED,
        )
        .map((row) => touchOf(row))
        .toReversed(),
  }
}

/** One for each file, with the lines of all its changes in these entries. */
function changesIn(store: Deps, agent: Agent, entries: readonly Entry[]): Touched[] {
  const found = new Map<string, Touched>()
  const known = new Map<string, Known>()
  for (const { file, at, lines } of entries.flatMap((one) => changesOf(agent, one))) {
    const before = known.get(file) ?? lastTouch(store, agent, file)
    known.set(file, before)
    const told = at === before.last ? before.lines : []
    const fresh = lines.filter((one) => !told.some((other) => isSame(one, other)))
    // An entry grows: its tool names the file first, and the difference that it made comes later with the time of the tool.
    if (at < before.last || (at === before.last && fresh.length === 0)) continue
    const touch = found.get(file) ?? { ...aTouch(agent, file, at), lines: [...told] }
    found.set(file, touch)
    touch.lines = [...touch.lines, ...fresh].slice(-PLACES)
    touch.last = Math.max(touch.last, at)
    // A tool that names the file is not yet a change.
    touch.times += fresh.length > 0 ? 1 : 0
  }
  return [...found.values()]
}

const changesOf = (agent: Agent, entry: Entry) =>
  handledIn(entry)
    .filter(({ did }) => did === 'changed')
    .map(({ path, lines }) => ({ file: wholePath(agent, path), at: entry.at, lines }))

const aTouch = (agent: Agent, file: string, at: number): Touched => ({
  agent: agent.id,
  name: agent.name,
  session: agent.session?.startedAt ?? 0,
  file,
  lines: [],
  first: at,
  last: at,
  times: 0,
})

const PLACES = 40

type Known = Pick<Touched, 'last' | 'lines'>
type Line = Handled['lines'][number]

const isSame = ([from, to]: Line, [otherFrom, otherTo]: Line): boolean => from === otherFrom && to === otherTo

/** Conversations are read again after a start, and go on in other sessions: what was told then is known. */
function lastTouch(store: Deps, agent: Agent, file: string): Known {
  const row = store.get<Row>(
    'SELECT * FROM map_touches WHERE agent_id = ? AND file = ? ORDER BY last_at DESC LIMIT 1',
    agent.id,
    file,
  )
  return row ? touchOf(row) : { last: -1, lines: [] }
}

interface Row extends Record<string, Value> {
  agent_id: string
  session: number
  file: string
  name: string
  first_at: number
  last_at: number
  times: number
  lines: string
}

const putTouch = ({ agent, session, file, name, first, last, times, lines }: Touched): Statement => ({
  sql: `INSERT INTO map_touches (agent_id, session, file, name, first_at, last_at, times, lines) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET name = excluded.name, last_at = excluded.last_at, times = times + excluded.times,
          lines = CASE excluded.lines WHEN '' THEN lines ELSE excluded.lines END`,
  values: [agent, session, file, name, first, last, times, lines.map((one) => one.join('-')).join(' ')],
})

const touchOf = (row: Row): Touched => ({
  agent: row.agent_id,
  name: row.name,
  session: row.session,
  file: row.file,
  lines: row.lines
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => {
      const [from = '', to = from] = one.split('-')
      return [Number(from), Number(to)] as const
    }),
  first: row.first_at,
  last: row.last_at,
  times: row.times,
})
