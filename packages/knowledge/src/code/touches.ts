// Which agent changed what: told by whoever reads the agents' conversations, kept beside the index. An edge for as long as the
// file is there: a file that is read again is given its edges again from here.
import { outsideNode, renameOutside } from './outside.ts'
import type { State } from './step.ts'
import { COPY, type EdgeRow, type FileRow, type Store } from './store/store.ts'
import type { AgentWork } from './store/touches.ts'

/** What an agent did with one file in one session. */
export interface Touch extends AgentWork {
  /** Relative to the working copy. */
  file: string
  /** Of its latest change there: from and to, in lines of the file as it then was. None means the file as a whole. */
  lines: readonly (readonly [from: number, to: number])[]
}

type Kept = Pick<State, 'store' | 'outside' | 'touched'>

export const agentKey = (agent: string): string => `agent:${agent}`

/** Keeps it, by the symbols that have those lines now; false where it was known already. */
export function keepTouch(state: Kept, { file, lines, ...touch }: Touch): boolean {
  const { store } = state
  const known = store.lastTouch({ ...touch, path: file })
  if (known.last > touch.last || (known.last === touch.last && known.times >= touch.times)) return false
  if (lines.length > 0) store.dropBareTouch({ ...touch, path: file })
  for (const symbol of symbolsAt(store, file, lines)) store.putTouch({ ...touch, path: file, symbol })
  state.touched.add(file)
  renameOutside(state, agentKey(touch.agent), touch.name)
  return true
}

/** The innermost symbols that the lines lie in, and those that begin there; '' stands for the file. */
function symbolsAt(store: Store, file: string, lines: Touch['lines']): Set<string> {
  const found = new Set<string>()
  for (const [from, to] of lines) {
    const rows = store.all(
      `select n.path, n.line from node n join file f on f.id = n.file
       where n.copy = ? and f.path = ? and n.path <> '' and n.line <= ? and n.end_line >= ? and n.kind <> 'property'
       order by n.end_line - n.line limit 40`,
      COPY,
      file,
      to,
      from,
    )
    const begun = rows.filter((row) => Number(row['line']) >= from)
    const around = rows.find((row) => Number(row['line']) < from)
    for (const row of around ? [around, ...begun] : begun) found.add(String(row['path']))
  }
  return found.size > 0 ? found : new Set([''])
}

/** One edge for each agent and symbol; to the file where the symbol is gone. */
export function touchEdges(state: Kept, { path }: FileRow, nodes: ReadonlyMap<string, number>): EdgeRow[] {
  if (!state.touched.has(path)) return []
  const found = new Map<string, EdgeRow>()
  for (const { agent, name, symbol } of state.store.touchesOfFile(path)) {
    const target = nodes.get(symbol) ?? nodes.get('')
    if (target === undefined) continue
    const source = outsideNode(state, agentKey(agent), name)
    found.set(`${source} ${target}`, {
      source,
      target,
      kind: 'touched',
      rule: 'transcript',
      line: 0,
      column: 0,
    })
  }
  return [...found.values()]
}
