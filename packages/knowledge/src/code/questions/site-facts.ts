// What every page of the site says beside the code: who uses what, tests that show how, who changed it last. Asked for all at once.
import type { CodeMap } from '../code-map.ts'
import type { Commit, Git } from '../git.ts'
import { COPY } from '../store/store.ts'
import type { TouchRow } from '../store/touches.ts'
import { TEST_FILE } from '../test-file.ts'
import { readText } from '../tree.ts'

export interface SiteFacts {
  /** By the id of a symbol. */
  uses: ReadonlyMap<number, SiteUses>
  /** By path, the latest. */
  changed: ReadonlyMap<string, Commit>
  agents: ReadonlyMap<string, readonly TouchRow[]>
}

export interface SiteUses {
  /** The first of them, and how many there are. */
  by: Use[]
  count: number
  examples: { file: string; line: number; text: string }[]
}

export interface Use {
  path: string
  file: string
  line: number
}

const LISTED = 15
const EXAMPLES = 3
const COMMITS = 5000

export function siteFacts(map: CodeMap, git?: Git): SiteFacts {
  const changed = new Map<string, Commit>()
  for (const commit of git?.log(COMMITS) ?? [])
    for (const file of commit.files) if (!changed.has(file)) changed.set(file, commit)
  const agents = Map.groupBy(map.store.touchesWithin('', '\u{10ffff}'), (one) => one.path)
  return { uses: usesIn(map), changed, agents }
}

function usesIn(map: CodeMap): Map<number, SiteUses> {
  const found = new Map<number, SiteUses>()
  const texts = new Map<string, string[]>()
  const lineOf = (file: string, line: number): string => {
    const known = texts.get(file) ?? readText(map.root, file).text?.split('\n') ?? []
    texts.set(file, known)
    return known[line - 1]?.trim() ?? ''
  }
  const rows = map.store.lists(
    `select e.target, s.path, ef.path, e.line from edge e join node s on s.id = e.source join file ef on ef.id = e.file
     where ef.copy = ? and e.kind in ('calls', 'constructs', 'renders', 'references', 'uses-type', 'extends', 'implements')
     order by ef.path, e.line`,
    COPY,
  )
  for (const [target, path, file, line] of rows) {
    const use = { path: String(path), file: String(file), line: Number(line) }
    const uses = found.get(Number(target)) ?? { by: [], count: 0, examples: [] }
    found.set(Number(target), uses)
    uses.count += 1
    if (TEST_FILE.test(use.file)) addExample(uses, use, lineOf)
    else if (uses.by.length < LISTED) uses.by.push(use)
  }
  return found
}

function addExample(
  { examples }: SiteUses,
  { file, line }: Use,
  lineOf: (file: string, line: number) => string,
): void {
  if (examples.length >= EXAMPLES) return
  const text = lineOf(file, line)
  // A bracket alone, or a word, shows nothing.
  if (text.length > 8 && !/^import\b/.test(text) && !examples.some((one) => one.text === text))
    examples.push({ file, line, text })
}
