// All languages that the map reads.
import type { Extractor } from './extractor.ts'
import { typescript } from './typescript/extractor.ts'

/** Loads what needs loading, once. */
export async function extractors(): Promise<readonly Extractor[]> {
  return [typescript]
}
