// What the map asks of a language: which files are its own, and the facts of one of them.
import type { FileFacts } from './facts.ts'

export interface Extractor {
  /** Changes with the meaning of its facts, so that kept ones are read anew. */
  version: string
  takes(path: string): boolean
  /** Never throws for what the text is; what could not be read stands in `problems`. */
  extract(path: string, text: string): FileFacts
}
