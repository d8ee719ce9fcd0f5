// All languages that the map reads.
import type { Extractor } from './extractor.ts'
import { scanTree } from './tree.ts'
import { treeExtractor } from './tree/extract.ts'
import { bash } from './tree/bash.ts'
import { c } from './tree/c.ts'
import { go } from './tree/go.ts'
import { csharp, java } from './tree/java.ts'
import { kotlin } from './tree/kotlin.ts'
import { php } from './tree/php.ts'
import { python } from './tree/python.ts'
import { ruby } from './tree/ruby.ts'
import { rust } from './tree/rust.ts'
import { documents } from './text/documents.ts'
import { sql } from './text/sql.ts'
import { typescript } from './typescript/extractor.ts'

const TREES = [python, go, java, csharp, kotlin, rust, ruby, c, php, bash]

/** Loads the grammars that the folder needs (a compiled grammar is several MB); all of them where no folder is given. */
export async function extractors(root?: string): Promise<readonly Extractor[]> {
  const paths = root === undefined ? undefined : scanTree(root).paths
  const wanted = TREES.filter((one) => !paths || paths.some((path) => one.files.test(path)))
  return [typescript, documents, sql, ...(await Promise.all(wanted.map((one) => treeExtractor(one))))]
}
