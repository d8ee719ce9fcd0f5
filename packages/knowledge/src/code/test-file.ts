// Which files are tests, and which functions in them, by the habits of each language.
import type { SymbolFact } from './facts.ts'

export const TEST_FILE =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec|tests)\.[a-z]+$|(?:^|\/)test_[^/]*\.py$|_test\.(?:go|py|rb|exs)$|Tests?\.(?:java|kt|cs|php)$/

/** What the runner of a language calls by itself. TypeScript's tests are calls, which its own extractor knows. */
const TESTS: Record<string, RegExp> = {
  python: /^test/,
  go: /^(?:Test|Benchmark|Example|Fuzz)(?![a-z])/,
  ruby: /^test_/,
  php: /^test/,
  java: /^(?:test|should)|(?:Test|Should\w*)$/,
  csharp: /^(?:Test|Should)|(?:Test|Should\w*)$/,
}

const CALLABLE: ReadonlySet<string> = new Set(['function', 'method'])

export function isTest(symbol: SymbolFact, file: string, language: string): boolean {
  if (symbol.kind === 'test') return true
  if (!CALLABLE.has(symbol.kind)) return false
  // Rust keeps its tests in a module beside what they test.
  if (language === 'rust') return /(?:^|[.:])tests?[.:]/.test(symbol.path) || /(?:^|\/)tests\//.test(file)
  // Asked of every function of every file: most languages have no such names, and looking at the path costs most.
  return TESTS[language]?.test(symbol.name) === true && TEST_FILE.test(file)
}
