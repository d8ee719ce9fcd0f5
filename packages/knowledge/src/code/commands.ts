// The questions as commands: each gives data, and text that a person or an agent reads.
import type { CodeMap } from './code-map.ts'
import { findNodes, type MapNode } from './questions/nodes.ts'
import { callees, callers, impact, references, type Relation } from './questions/relations.ts'

export interface CommandOptions {
  depth: number
  tokens: number
}

export interface Answer {
  data: unknown
  text: string
}

export interface Command {
  takes: string
  says: string
  run(map: CodeMap, args: readonly string[], options: CommandOptions): Answer
}

export const place = (node: MapNode): string => `${node.file}:${node.line}`
export const title = (node: MapNode): string => `${node.kind} ${node.path || node.name}  ${place(node)}`

const first = (map: CodeMap, args: readonly string[]): MapNode[] => findNodes(map.store, args[0] ?? '')

function relationCommand(says: string, ask: (map: CodeMap, node: number) => Relation[]): Command {
  return {
    takes: 'SYMBOL',
    says,
    run(map, args) {
      const nodes = first(map, args)
      const data = nodes.map((node) => ({ node, relations: ask(map, node.id) }))
      const text = data
        .map(({ node, relations }) => [title(node), ...relations.map((one) => relationLine(one))].join('\n'))
        .join('\n\n')
      return { data, text }
    },
  }
}

const relationLine = (one: Relation): string =>
  `  ${one.file}:${one.line}  ${one.kind} ${one.node.path || one.node.name}${one.confidence < 0.9 ? ` (likely, ${one.rule})` : ''}`

export const COMMANDS: Record<string, Command> = {
  index: {
    takes: '[FOLDER]',
    says: 'Read the folder into the map',
    run(map) {
      const begun = performance.now()
      const change = map.index()
      const problems = map.problems()
      const ms = Math.round(performance.now() - begun)
      const lines = problems.map((one) => `  ${JSON.stringify(one.path)}: ${one.problem}`)
      return {
        data: { ...change, ms, problems },
        text: [
          `read ${change.read}, linked ${change.linked}, removed ${change.removed} in ${ms} ms`,
          ...lines,
        ].join('\n'),
      }
    },
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
      const found = impact(
        map,
        first(map, args).map((one) => one.id),
        options.depth,
      )
      const rings = found.rings.map(
        (ring) => `ring ${ring.depth}\n${ring.nodes.map((one) => `  ${title(one)}`).join('\n')}`,
      )
      const tests = [...new Set(found.tests.map((one) => one.file))].map((file) => `  ${file}`)
      return {
        data: found,
        text: [...found.of.map((one) => title(one)), ...rings, `tests\n${tests.join('\n')}`].join('\n'),
      }
    },
  },
}

export const usage = (): string =>
  [
    'node packages/knowledge/src/main.ts COMMAND [--root FOLDER] [--database FILE] [--json]',
    ...Object.entries(COMMANDS).map(([name, one]) => `  ${`${name} ${one.takes}`.padEnd(28)}${one.says}`),
    '',
  ].join('\n')
