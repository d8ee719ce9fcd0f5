// The extractor of TypeScript and JavaScript.
import type { Extractor } from '../extractor.ts'
import { TYPESCRIPT_FILE, extractTypeScript, factsVersion } from './extract.ts'

export const typescript: Extractor = {
  version: factsVersion,
  takes: (path) => TYPESCRIPT_FILE.test(path),
  extract: extractTypeScript,
}
