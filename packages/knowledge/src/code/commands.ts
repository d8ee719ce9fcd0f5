// The questions as commands: each gives data, and text that a person or an agent reads.
import type { CodeMap } from './code-map.ts'
import type { Git } from './git.ts'
import { COPY } from './store/store.ts'
import { deadCode } from './questions/dead.ts'
import { changeTogether, diffImpact, hotspots } from './questions/history.ts'
import { indexAnswer, indexed, type IndexChange } from './questions/index-change.ts'
import { fileAlone, findNodes, type MapNode } from './questions/nodes.ts'
import { cycles, shortestPath } from './questions/paths.ts'
import { clusters, outline, outlineLine } from './questions/rank.ts'
import { pageOf, pageText } from './questions/page.ts'
import { search } from './questions/search.ts'
import { llmsText } from './questions/site.ts'
import { staleDocs } from './questions/stale.ts'
import { agentLine, personLine, touchedOf, type History } from './questions/touched.ts'
import { VIEW_COMMANDS } from './view-commands.ts'
import { callees, callers, impact, references, type Relation } from './questions/relations.ts'

export interface CommandOptions {
  depth: number
  tokens: number
  git: Git
  /** The map was read for the first time just now. */
  read?: IndexChange | undefined
}

export interface Answer {
  data: unknown
  text: string
}

export interface Command {
  takes: string
  says: string
  /** All of its data is wanted, however long. */
  whole?: boolean
  run(map: CodeMap, args: readonly string[], options: CommandOptions): Answer
}

/** Nothing for what lies nowhere, such as a route. */
export const place = (node: MapNode): string => (node.line === 0 ? node.file : `${node.file}:${node.line}`)
export const title = (node: MapNode): string =>
  `${node.kind} ${(node.line > 0 && node.path) || node.name}  ${place(node)}`.trimEnd()

const first = (map: CodeMap, args: readonly string[]): MapNode[] => findNodes(map.store, args[0] ?? '')

/** Also a file that the map does not read, if the history has it. */
function meant(map: CodeMap, args: readonly string[], { commits }: History): MapNode[] {
  const [path = ''] = args
  const isKnown = map.store.all('select 1 from file where copy = ? and path = ?', COPY, path).length > 0
  return !isKnown && commits.some((one) => one.files.includes(path)) ? [fileAlone(path)] : first(map, args)
}

function relationCommand(says: string, ask: (map: CodeMap, node: number) => Relation[]): Command {
  return {
    takes: 'SYMBOL',
    says,
    run(map, args) {
      const nodes = first(map, args)
      const data = nodes.map((node) => ({ node, relations: ask(map, node.id) }))
      const text = data
        .map(({ node, relations }) =>
          [title(node), ...(relations.length > 0 ? relations.map((one) => relationLine(one)) : [NONE])].join(
            '\n',
          ),
        )
        .join('\n\n')
      return { data, text }
    },
  }
}

const NONE = '  none, as far as the map tells'

const relationLine = (one: Relation): string =>
  `  ${one.file}:${one.line}  ${one.kind} ${one.node.path || one.node.name}${one.confidence < 0.9 ? ` (likely, ${one.rule})` : ''}`

/** A name of things in several files: what depends on all of them together would be the answer to no question. */
const choices = (name: string, nodes: readonly MapNode[]): Answer => ({
  data: { of: nodes, rings: [], tests: [], files: [] },
  text: [
    `${JSON.stringify(name)} is ${nodes.length} things; ask for one of them as FILE:SYMBOL:`,
    ...nodes.map((one) => `  ${title(one)}`),
  ].join('\n'),
})

export const COMMANDS: Record<string, Command> = {
  index: {
    takes: '[FOLDER]',
    says: 'Read the folder into the map',
    run: (map, _, { read }) => indexAnswer(map, read ?? indexed(map)),
  },
  definition: {
    takes: 'SYMBOL',
    says: 'Where it is declared',
    run(map, args) {
      const nodes = first(map, args)
      return {
        data: nodes,
        text: nodes
          .map((one) => `${title(one)}\n  ${one.signature}${one.doc ? `\n  ${one.doc.split('\n')[0]}` : ''}`)
          .join('\n'),
      }
    },
  },
  callers: relationCommand('Who calls it', callers),
  callees: relationCommand('Whom it calls', callees),
  references: relationCommand('Every place that names it', references),
  impact: {
    takes: 'SYMBOL [--depth N]',
    says: 'What a change to it may break, and the tests that would show it',
    run(map, args, options) {
      const nodes = first(map, args)
      if (new Set(nodes.map((one) => one.file)).size > 1) return choices(args[0] ?? '', nodes)
      const found = impact(
        map,
        nodes.map((one) => one.id),
        options.depth,
      )
      const rings = found.rings.map(
        (ring) => `ring ${ring.depth}\n${ring.nodes.map((one) => `  ${title(one)}`).join('\n')}`,
      )
      const tests = [...new Set(found.tests.map((one) => one.file))].map((file) => `  ${file}`)
      return {
        data: found,
        text: [
          ...found.of.map((one) => title(one)),
          ...(rings.length > 0 ? rings : ['nothing depends on it, as far as the map tells']),
          tests.length > 0 ? `tests\n${tests.join('\n')}` : 'no test reaches it',
        ].join('\n'),
      }
    },
  },
  path: {
    takes: 'SYMBOL SYMBOL',
    says: 'The shortest way from one to the other',
    run(map, args) {
      const [from, to] = [args[0], args[1]].map((one) =>
        findNodes(map.store, one ?? '').map((node) => node.id),
      )
      const data = shortestPath(map, from ?? [], to ?? [])
      return { data, text: data.map((one) => title(one)).join('\n  -> ') || 'no way from one to the other' }
    },
  },
  cycles: {
    takes: '[imports|calls]',
    says: 'Files that import each other, or symbols that call each other',
    run(map, args) {
      const data = cycles(map, args[0] === 'calls' ? 'calls' : 'imports')
      return {
        data,
        text: data.map((group) => group.map((one) => title(one)).join('\n  ')).join('\n\n') || 'none',
      }
    },
  },
  dead: {
    takes: '',
    says: 'Code that nothing reaches',
    run(map) {
      const data = deadCode(map)
      return {
        data,
        text:
          data.map((one) => `${one.sure.padEnd(7)}${title(one.node)}  (${one.reason})`).join('\n') || 'none',
      }
    },
  },
  clusters: {
    takes: '',
    says: 'Groups of files that use each other',
    run(map) {
      const data = clusters(map)
      const text = data
        .filter((one) => one.files.length > 1)
        .map((one) => `${one.name} (${one.files.length})\n  ${one.files.join('\n  ')}`)
      return { data, text: text.join('\n') || 'none' }
    },
  },
  hotspots: {
    takes: '',
    says: 'Files that change often and are complex',
    run(map, _, options) {
      const data = hotspots(map, options.git.log(COMMITS))
      return {
        data,
        text:
          data.map((one) => `${one.score}\t${one.changes} x ${one.complexity}\t${one.file}`).join('\n') ||
          'no history',
      }
    },
  },
  together: {
    takes: '[FILE]',
    says: 'Files that change in the same commits',
    run(_, args, options) {
      const data = changeTogether(options.git.log(COMMITS), args[0])
      return {
        data,
        text:
          data
            .map((one) => `${one.together}\t${Math.round(one.share * 100)} %\t${one.files.join('  ')}`)
            .join('\n') || 'none',
      }
    },
  },
  touched: {
    takes: 'SYMBOL',
    says: 'Who changed it, people by the history and agents by their conversations, latest first',
    run(map, args, options) {
      const history = { commits: options.git.log(COMMITS), git: options.git }
      const data = meant(map, args, history).map((node) => touchedOf(map, node, history))
      const lines = data.map(({ node, people, agents }) => {
        const found = [...agents.map((one) => agentLine(one)), ...people.map((one) => personLine(one))]
        return [title(node), ...(found.length > 0 ? found : ['no history']).map((one) => `  ${one}`)].join(
          '\n',
        )
      })
      return { data, text: lines.join('\n\n') }
    },
  },
  diff: {
    takes: '[REVISION]',
    says: 'What the changes since a revision may break',
    run(map, args, options) {
      const { git } = options
      // A branch means where this one left it: what happened there since is not this one's change.
      const diff = git.diff(git.base(args[0] ?? 'HEAD') || (args[0] ?? 'HEAD'))
      const data = diffImpact(map, { diff, added: git.untracked() }, options.depth)
      if (data.changed.length === 0)
        return { data, text: `nothing that the map knows differs from ${args[0] ?? 'HEAD'}` }
      const tests = [...new Set(data.impact.tests.map((one) => one.file))]
      const text = [
        'changed',
        ...data.changed.map((one) => `  ${title(one)}`),
        'files reached',
        ...data.impact.files.map((one) => `  ${one}`),
        'tests',
        ...tests.map((one) => `  ${one}`),
      ]
      return { data, text: text.join('\n') }
    },
  },
  outline: {
    takes: '[SYMBOL] [--tokens N]',
    says: 'The most depended-on symbols, as many as the budget holds',
    run(map, args, options) {
      const around = args[0] === undefined ? [] : findNodes(map.store, args[0]).map((one) => one.id)
      const data = outline(map, options.tokens, around)
      return {
        data,
        text: data
          .map((one) => `${one.file}\n${one.symbols.map((node) => outlineLine(node)).join('')}`)
          .join(''),
      }
    },
  },
  stale: {
    takes: '',
    says: 'Documentation that is no longer true',
    run(map, _, options) {
      const data = staleDocs(map, options.git)
      return {
        data,
        text: data.map((one) => `${one.file}:${one.line}  ${one.what}  (${one.reason})`).join('\n') || 'none',
      }
    },
  },
  page: {
    takes: 'SYMBOL',
    says: 'Its reference page: signature, comment, members, examples, callers, history',
    run(map, args, options) {
      const nodes = first(map, args)
      // A name that many have: asking for the lines of each would take long.
      const git = nodes.length <= BLAMED ? { git: options.git } : {}
      const history = { commits: options.git.log(COMMITS), ...git }
      const data = nodes.map((one) => pageOf(map, one, history))
      return { data, text: data.map((one) => pageText(one)).join('\n\n') }
    },
  },
  ...VIEW_COMMANDS,
  llms: {
    takes: '[--tokens N]',
    says: 'The repository in the form of llms.txt',
    run(map, _, options) {
      const data = llmsText(map, options.tokens)
      return { data, text: data }
    },
  },
  search: {
    takes: 'WORDS',
    says: 'Search names, signatures and comments',
    run(map, args) {
      const data = search(map, args.join(' '))
      return { data, text: data.map((one) => title(one)).join('\n') || 'nothing' }
    },
  },
}

/** So many symbols of one name are each asked for who wrote their lines. */
const BLAMED = 4

/** As far back as the questions to the history look. */
const COMMITS = 2000
