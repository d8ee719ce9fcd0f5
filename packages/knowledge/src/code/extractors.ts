// All languages that the map reads.
import type { Extractor } from './extractor.ts'
import { treeExtractor } from './tree/extract.ts'
import { go } from './tree/go.ts'
import { csharp, java } from './tree/java.ts'
import { python } from './tree/python.ts'
import { ruby } from './tree/ruby.ts'
import { rust } from './tree/rust.ts'
import { typescript } from './typescript/extractor.ts'

/** Loads what needs loading, once. */
export async function extractors(): Promise<readonly Extractor[]> {
  const others = await Promise.all([python, go, java, csharp, rust, ruby].map((one) => treeExtractor(one)))
  return [typescript, ...others]
}
