// Who touched it: people as the history says, agents as their conversations say.
import type { CodeMap } from '../code-map.ts'
import type { Commit, Git, Line } from '../git.ts'
import type { AgentWork, TouchRow } from '../store/touches.ts'
import { touchedBy, type Touch } from './history.ts'
import type { MapNode } from './nodes.ts'
import { spanOf } from './relations.ts'

export interface AgentTouch extends AgentWork {
  file: string
  /** Those of it that it changed; none where it changed the file as a whole. */
  symbols: string[]
}

export interface Touched {
  node: MapNode
  people: Touch[]
  agents: AgentTouch[]
}

export interface History {
  commits: readonly Commit[]
  /** Without it the history of a symbol is that of its file. */
  git?: Pick<Git, 'lines'>
}

const LISTED = 40

export const touchedOf = (map: CodeMap, node: MapNode, history: History): Touched => ({
  node,
  people: peopleOf(node, history),
  agents: agentsOf(map, node),
})

/** Of a symbol those that wrote its lines as they are, of a file or folder all that ever changed it. */
function peopleOf(node: MapNode, { commits, git }: History): Touch[] {
  if (node.file === '') return []
  const isWhole = node.path === '' || node.line === 0
  const lines = isWhole ? [] : (git?.lines(node.file, [node.line, node.endLine]) ?? [])
  return (lines.length > 0 ? authorsOf(lines) : touchedBy(commits, node.file)).slice(0, LISTED)
}

/** What is not committed yet has a commit of zeros and no author. */
const isCommitted = ({ commit }: Line): boolean => /[^0]/.test(commit)

function authorsOf(lines: readonly Line[]): Touch[] {
  const byAuthor = Map.groupBy(
    lines.filter((one) => isCommitted(one)),
    (one) => one.author,
  )
  return [...byAuthor]
    .map(([author, own]) => {
      const latest = own.reduce((a, b) => (b.at > a.at ? b : a))
      const commits = new Set(own.map((one) => one.commit)).size
      return { author, commits, last: latest.at, subject: latest.subject }
    })
    .sort((a, b) => b.last - a.last)
}

function agentsOf({ store }: CodeMap, node: MapNode): AgentTouch[] {
  if (node.kind === 'agent') return byFile(store.touchesBy(node.path.slice('agent:'.length)))
  if (node.file === '') return []
  if (node.line === 0) return byFile(store.touchesWithin(...spanOf(node.file)))
  const rows = store.touchesWithin(node.file, `${node.file}\0`)
  return byFile(
    node.path === ''
      ? rows
      : rows.filter((one) => one.symbol === node.path || one.symbol.startsWith(`${node.path}.`)),
  )
}

/** One row an agent, session and file, latest first. */
function byFile(rows: readonly TouchRow[]): AgentTouch[] {
  const groups = Map.groupBy(rows, (one) => `${one.agent} ${one.session} ${one.path}`)
  return [...groups.values()]
    .flatMap((list): AgentTouch[] => {
      const [one] = list
      if (!one) return []
      return [
        {
          agent: one.agent,
          name: one.name,
          session: one.session,
          first: Math.min(...list.map(({ first }) => first)),
          last: Math.max(...list.map(({ last }) => last)),
          times: Math.max(...list.map(({ times }) => times)),
          file: one.path,
          symbols: list.map(({ symbol }) => symbol).filter((symbol) => symbol !== ''),
        },
      ]
    })
    .sort((a, b) => b.last - a.last)
    .slice(0, LISTED)
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

export const personLine = (one: Touch): string =>
  `${day(one.last)}  ${one.author}  ${one.commits} ${one.commits === 1 ? 'commit' : 'commits'}  ${one.subject}`

export const agentLine = (one: AgentTouch): string =>
  [
    `${minute(one.last)}  agent ${one.name}`,
    one.times > 1 ? `${one.times} changes` : '',
    [one.file, ...one.symbols].join(' '),
    one.session > 0 ? `session of ${minute(one.session)}` : '',
  ]
    .filter((part) => part !== '')
    .join('  ')
