// Bash: functions by their name, here or in a file that is sourced.
import { addImport } from '../typescript/declare.ts'
import {
  block,
  call,
  declareFunction,
  exportAll,
  kid,
  kids,
  nameExpr,
  readFunction,
  visit,
  word,
  type Language,
  type NewFunction,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'

export const bash: Language = {
  name: 'bash',
  grammar: 'bash',
  files: /\.(?:sh|bash|bats)$/,
  version: 1,
  comments: /^comment$/,
  branches: new Set(['if_statement', 'elif_clause', 'while_statement', 'for_statement', 'case_item', 'list']),
  hoist: {
    function_definition: (t, node) => void declareFunction(t, node, functionOf(node)),
  },
  statements: {
    function_definition: (t, node) => void readFunction(t, node, functionOf(node)),
    compound_statement: (t, node) => block(t, node),
  },
  expressions: {
    command: (t, node) => command(t, node),
  },
  types: {},
  // What is not declared here may be in a sourced file; what is in none is a program.
  unbound: (t, name) =>
    t.r.facts.stars.length > 0 && /^[\w:.-]+$/.test(name) ? { specifier: 'sh:.', name } : undefined,
  finish: (t) => exportAll(t, (name) => t.r.facts.bindings[t.root.names?.get(name) ?? -1]?.kind === 'symbol'),
}

const functionOf = (node: TreeNode): NewFunction => ({
  name: kid(node, 'name'),
  kind: 'function',
  exported: true,
  body: kid(node, 'body'),
})

function command(t: Tree, node: TreeNode): ReturnType<Language['expressions'][string]> {
  const id = kid(node, 'name')
  const name = word(t, id)
  const args = kids(node, 'argument')
  if (name === 'source' || name === '.') source(t, node, word(t, args[0]))
  if (!/^[\w:.-]+$/.test(name)) {
    for (const one of node.kids) visit(t, one)
    return { is: 'unknown' }
  }
  return call(t, node, { callee: nameExpr(t, id, true), args, at: id })
}

/** A path that is written, or one beside the script (`"$(dirname "$0")/lib.sh"`, `"$DIR/lib.sh"`). */
function source(t: Tree, node: TreeNode, written: string): void {
  const path = written.replaceAll(/^["']|["']$/g, '').replace(/^(?:\$\(.*\)|\$\{?\w+(?:\[0\])?\}?)\//, './')
  if (path === '' || path.includes('$')) return
  const specifier = `sh:=${path}`
  addImport(t.r, { specifier, type: false, node })
  t.r.facts.stars.push(specifier)
}
