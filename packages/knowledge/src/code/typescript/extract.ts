// From the text of one TypeScript or JavaScript file to its facts.
import { parseSync, rawTransferSupported, type ParseResult } from 'oxc-parser'
import { FACTS_VERSION, type Expected, type Expr, type FileFacts } from '../facts.ts'
import { child, eachChild, isNode, list, type Node } from './ast.ts'
import { declareAll, declareVars } from './declare.ts'
import { EXPRESSIONS, type ReadExpression as Expression } from './expressions.ts'
import { TEST_FILE } from '../test-file.ts'
import { UNKNOWN, positionOf, type DocComment, type Reading } from './reading.ts'
import { STATEMENTS, type ReadStatement as Statement } from './statements.ts'
import { TYPES, readType, type ReadType } from './types.ts'

export const TYPESCRIPT_FILE = /\.(?:[cm]?[jt]s|[jt]sx)$/

const BRANCHES = new Set([
  'IfStatement',
  'ConditionalExpression',
  'LogicalExpression',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchCase',
  'CatchClause',
])

/** What is done with a node, by its type: asked once for each node of every tree. */
interface How {
  statement: Statement | undefined
  expression: Expression | undefined
  type: ReadType | undefined
  isBranch: boolean
}

const HOW: ReadonlyMap<string, How> = new Map(
  [...Object.keys({ ...STATEMENTS, ...EXPRESSIONS, ...TYPES }), ...BRANCHES].map((type) => [
    type,
    {
      statement: STATEMENTS[type],
      expression: EXPRESSIONS[type],
      type: TYPES[type],
      isBranch: BRANCHES.has(type),
    },
  ]),
)

export const factsVersion = `typescript-${FACTS_VERSION}`

// Taking the tree out of the parser's own memory costs half of what a tree written as JSON does.
const OPTIONS = {
  preserveParens: false,
  astType: 'ts',
  experimentalRawTransfer: rawTransferSupported(),
} as const

/** Never throws for what the text is: what the parser could not read is listed in `problems`, the rest is there. */
export function extractTypeScript(path: string, source: string): FileFacts {
  const facts = emptyFacts(/\.[cm]?js$|\.jsx$/.test(path) ? 'javascript' : 'typescript')
  const lineStarts = linesOf(source)
  facts.lines = lineStarts.length
  const parsed = parseSync(path, source, OPTIONS)
  const r = reading({
    source,
    lineStarts,
    facts,
    comments: parsed.comments.map(docOf),
    isTest: TEST_FILE.test(path),
  })
  for (const error of parsed.errors.slice(0, 5))
    facts.problems.push({ line: positionOf(r, error.labels[0]?.start ?? 0).line, text: error.message })
  const program: unknown = parsed.program
  if (isNode(program)) readProgram(r, program)
  facts.memberNames = [...r.members].sort()
  letGo(parsed)
  return facts
}

/** The parser's answer is an object with getters, which keep what they give alive until the next full collection of garbage: every
 * tree would be copied twice on its way to the old part of memory. So the answer is emptied. */
function letGo({ program, comments, module }: ParseResult): void {
  program.body.length = 0
  comments.length = 0
  module.staticImports.length = 0
  module.staticExports.length = 0
  module.dynamicImports.length = 0
  module.importMetas.length = 0
}

export const emptyFacts = (language: string): FileFacts => ({
  language,
  lines: 0,
  symbols: [],
  bindings: [],
  imports: [],
  exports: {},
  stars: [],
  sites: [],
  references: [],
  memberNames: [],
  environment: [],
  problems: [],
})

export function linesOf(source: string): number[] {
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const docOf = (one: { type: string; value: string; start: number; end: number }): DocComment => ({
  start: one.start,
  end: one.end,
  block: one.type === 'Block',
  raw: one.value,
})

function readProgram(r: Reading, program: Node): void {
  const statements = list(program, 'body')
  if (r.hasVars) for (const one of statements) if (one.type !== 'VariableDeclaration') declareVars(r, one)
  declareAll(r, statements)
  for (const one of statements) r.visit(one)
}

function reading(given: Pick<Reading, 'source' | 'lineStarts' | 'facts' | 'comments' | 'isTest'>): Reading {
  const r: Reading = {
    ...given,
    hasVars: /\bvar\b/.test(given.source),
    scope: { names: new Map(), hoists: true },
    symbol: -1,
    nested: false,
    declared: new Map(),
    paths: new Map(),
    members: new Set(),
    refs: [],
    narrowed: new Map(),
    expression: (node, expected) => readExpression(r, node, expected),
    visit: (node) => visit(r, node),
    type: (node) => readType(r, node),
  }
  return r
}

function readExpression(r: Reading, node: Node | undefined, expected?: Expected): Expr {
  if (!node) return UNKNOWN
  const how = HOW.get(node.type)
  if (how?.isBranch) countBranch(r)
  if (how?.expression) return how.expression(r, node, expected)
  const inner = child(node, 'expression')
  if (node.type === 'JSXExpressionContainer' && inner) return readExpression(r, inner, expected)
  eachChild(node, (one) => visit(r, one))
  return UNKNOWN
}

function visit(r: Reading, node: Node | undefined): void {
  if (!node) return
  const how = HOW.get(node.type)
  if (!how?.statement && how?.expression) {
    readExpression(r, node)
    return
  }
  if (how?.isBranch) countBranch(r)
  if (how?.statement) how.statement(r, node)
  else if (how?.type) how.type(r, node)
  else eachChild(node, (one) => visit(r, one))
}

function countBranch(r: Reading): void {
  const symbol = r.facts.symbols[r.symbol]
  if (symbol) symbol.complexity += 1
}
