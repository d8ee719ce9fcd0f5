// Parses the other languages with tree-sitter's WebAssembly grammars, and copies the tree into plain objects: crossing into
// WebAssembly for every look at a node would cost more than the parse.
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as WebTreeSitter from 'web-tree-sitter'
import type { Node } from '../typescript/ast.ts'

export interface TreeNode extends Node {
  /** What it is to its parent: `name`, `body`, …; '' for what has no field. */
  field: string
  kids: TreeNode[]
}

export type Parse = (text: string) => { root: TreeNode; broken?: number }

const require = createRequire(import.meta.url)
const GRAMMARS = join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm')

/** A grammar from a package of its own. That package is large, so a release has the grammar alone, beside this program. */
const ALONE: Readonly<Record<string, string>> = {
  kotlin: '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm',
}

function pathOf(grammar: string): string {
  const file = `tree-sitter-${grammar}.wasm`
  const alone = Object.hasOwn(ALONE, grammar) ? ALONE[grammar] : undefined
  if (alone === undefined) return join(GRAMMARS, file)
  const beside = fileURLToPath(new URL(`grammars/${file}`, import.meta.url))
  return existsSync(beside) ? beside : require.resolve(alone)
}

let engine: Promise<typeof WebTreeSitter> | undefined

async function loadEngine() {
  const loaded = await import('web-tree-sitter')
  await loaded.Parser.init()
  return loaded
}

export async function loadParser(grammar: string): Promise<Parse> {
  engine ??= loadEngine()
  const { Language, Parser } = await engine
  const language = await Language.load(pathOf(grammar))
  const parser = new Parser()
  parser.setLanguage(language)
  return (text) => parse(parser, text)
}

/** Deeper nesting is a generated table or an attack on the stack; what lies below is left out. */
const DEPTH = 400

function parse(parser: WebTreeSitter.Parser, text: string): ReturnType<Parse> {
  const tree = parser.parse(text)
  if (!tree) return { root: { type: 'error', field: '', start: 0, end: 0, kids: [] } }
  const cursor = tree.walk()
  try {
    const broken = tree.rootNode.hasError ? firstError(tree.walk()) : undefined
    return { root: copy(cursor, 0), ...(broken === undefined ? {} : { broken }) }
  } finally {
    cursor.delete()
    tree.delete()
  }
}

function copy(cursor: WebTreeSitter.TreeCursor, depth: number): TreeNode {
  const node: TreeNode = {
    type: cursor.nodeType,
    field: '',
    start: cursor.startIndex,
    end: cursor.endIndex,
    kids: [],
  }
  if (depth < DEPTH && cursor.gotoFirstChild()) {
    do {
      const field = cursor.currentFieldName ?? ''
      // Punctuation tells nothing, unless it is somebody's operator.
      if (!cursor.nodeIsNamed && field === '') continue
      const kid = copy(cursor, depth + 1)
      kid.field = field
      node.kids.push(kid)
    } while (cursor.gotoNextSibling())
    cursor.gotoParent()
  }
  return node
}

/** Where the first error begins. */
function firstError(cursor: WebTreeSitter.TreeCursor): number {
  try {
    let at = 0
    for (let depth = 0; depth < DEPTH; depth++) {
      at = cursor.startIndex
      if (cursor.nodeType === 'ERROR' || cursor.nodeIsMissing || !gotoBroken(cursor)) break
    }
    return at
  } finally {
    cursor.delete()
  }
}

function gotoBroken(cursor: WebTreeSitter.TreeCursor): boolean {
  if (!cursor.gotoFirstChild()) return false
  do if (cursor.currentNode.hasError) return true
  while (cursor.gotoNextSibling())
  return false
}
