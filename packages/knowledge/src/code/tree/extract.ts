// From the text of one file of another language to its facts.
import type { Extractor } from '../extractor.ts'
import { FACTS_VERSION, type FileFacts } from '../facts.ts'
import { emptyFacts, linesOf } from '../typescript/extract.ts'
import { UNKNOWN, positionOf, type DocComment, type Reading, type Scope } from '../typescript/reading.ts'
import { hoist, visit, type Language, type Tree } from './language.ts'
import { loadParser, type Parse, type TreeNode } from './parser.ts'

/** Loads the grammar; every file after that is read at once. */
export async function treeExtractor(language: Language): Promise<Extractor> {
  const parse = await loadParser(language.grammar)
  return {
    version: `${language.name}-${language.version}-${FACTS_VERSION}`,
    takes: (path) => language.files.test(path),
    extract: (_, text) => extractTree({ language, parse }, text),
  }
}

function extractTree({ language, parse }: { language: Language; parse: Parse }, source: string): FileFacts {
  const facts = emptyFacts(language.name)
  const lineStarts = linesOf(source)
  facts.lines = lineStarts.length
  const { root, broken } = parsed({ language, parse }, source)
  const scope: Scope = { names: new Map(), hoists: true }
  const r: Reading = {
    source,
    lineStarts,
    facts,
    isTest: false,
    hasVars: false,
    comments: commentsIn(language, root, source),
    scope,
    symbol: -1,
    nested: false,
    declared: new Map(),
    paths: new Map(),
    members: new Set(),
    refs: [],
    narrowed: new Map(),
    // The tree's own tools are called instead of these.
    expression: () => UNKNOWN,
    visit: () => undefined,
    type: () => ({ is: 'unknown' }),
  }
  const t: Tree = { r, language, root: scope, ahead: new Map() }
  if (broken !== undefined)
    facts.problems.push({ line: positionOf(r, broken).line, text: 'does not follow the grammar' })
  hoist(t, root.kids)
  for (const one of root.kids) visit(t, one)
  language.finish?.(t)
  facts.memberNames = [...r.members].sort()
  return facts
}

function parsed(
  { language, parse }: { language: Language; parse: Parse },
  source: string,
): ReturnType<Parse> {
  const first = parse(source)
  if (first.broken === undefined || !language.mend) return first
  const second = parse(language.mend(source))
  return (second.broken ?? Infinity) > first.broken ? second : first
}

/** Takes the comments out of the tree. */
function commentsIn(language: Language, root: TreeNode, source: string): DocComment[] {
  const found: DocComment[] = []
  const look = (node: TreeNode): boolean => {
    if (language.comments.test(node.type)) {
      const text = source.slice(node.start, node.end)
      const block = text.startsWith('/*')
      const bare = block
        ? text.replaceAll(/^\/\*+|\*+\/$/g, '').replaceAll(/^[ \t]*\* ?/gm, '')
        : text.replace(/^(?:\/\/+!?|#+) ?/, '')
      found.push({
        start: node.start,
        end: source[node.end - 1] === '\n' ? node.end - 1 : node.end,
        raw: bare.trim(),
        isBare: true,
        block,
      })
      return true
    }
    // They are nothing to whoever asks for a node's last part, wherever they stand.
    node.kids = node.kids.filter((one) => !look(one))
    return false
  }
  look(root)
  return found
}
