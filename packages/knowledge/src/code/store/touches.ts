// The statements over what agents have touched: no source says it, so nothing that reads sources takes it away.
import type { Prepared } from './edges.ts'

/** When an agent worked at a file in one session, ms UTC. */
export interface AgentWork {
  agent: string
  /** What it is called. */
  name: string
  /** When its session was started; 0 where nobody knows. */
  session: number
  first: number
  last: number
  /** Differences of the file in that session that were told so far; 0 where only that there were some. */
  times: number
}

/** What an agent did to one symbol of a file ('' the file itself) in one session. */
export interface TouchRow extends AgentWork {
  path: string
  symbol: string
}

type Touching = Pick<TouchRow, 'path' | 'agent' | 'session'>

export interface TouchStore {
  /** Puts it beside what is known of the same agent, session and symbol. */
  putTouch(row: TouchRow): void
  /** The agent's last change of the file in that session; all 0 where it never did. */
  lastTouch(of: Touching): Pick<TouchRow, 'last' | 'times'>
  /** Forgets that the file was named before anybody knew which lines of it. */
  dropBareTouch(of: Touching): void
  touchedPaths(): string[]
  /** Of the paths from the first to before the second, latest first. */
  touchesWithin(from: string, to: string): TouchRow[]
  touchesOfFile(path: string): TouchRow[]
  /** Of one agent, latest first. */
  touchesBy(agent: string): TouchRow[]
}

export function touchStatements({ on, copy }: Prepared): TouchStore {
  const read = (sql: string, ...values: string[]): TouchRow[] =>
    on(`select path, symbol, agent, name, session, first, last, times from touch where copy = ? and ${sql}`)
      .all(copy, ...values)
      .map((row) => ({
        path: String(row['path']),
        symbol: String(row['symbol']),
        agent: String(row['agent']),
        name: String(row['name']),
        session: Number(row['session']),
        first: Number(row['first']),
        last: Number(row['last']),
        times: Number(row['times']),
      }))
  return {
    putTouch({ path, symbol, agent, session, name, first, last, times }) {
      on(
        `insert into touch (copy, path, symbol, agent, session, name, first, last, times) values (?,?,?,?,?,?,?,?,?)
         on conflict do update set name = excluded.name, last = excluded.last, times = excluded.times`,
      ).run(copy, path, symbol, agent, session, name, first, last, times)
    },
    lastTouch({ path, agent, session }) {
      const row = on(
        `select last, times from touch where copy = ? and path = ? and agent = ? and session = ?
         order by last desc, times desc limit 1`,
      ).get(copy, path, agent, session)
      return { last: Number(row?.['last'] ?? 0), times: Number(row?.['times'] ?? 0) }
    },
    dropBareTouch({ path, agent, session }) {
      on(
        `delete from touch where copy = ? and path = ? and agent = ? and session = ? and symbol = '' and times = 0`,
      ).run(copy, path, agent, session)
    },
    touchedPaths: () =>
      on('select distinct path from touch where copy = ?')
        .all(copy)
        .map((row) => String(row['path'])),
    touchesWithin: (from, to) => read('path >= ? and path < ? order by last desc limit 500', from, to),
    touchesBy: (agent) => read('agent = ? order by last desc limit 500', agent),
    touchesOfFile: (path) => read('path = ? order by agent, symbol', path),
  }
}
