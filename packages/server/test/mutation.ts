// What a guard mutation is, and where the sources and tests that it names stand.

export interface Mutation {
  /** The check, and what is taken away. */
  check: string
  /** Below the repository. */
  changes: readonly { file: string; find: string; replace: string }[]
  /** The test file, and the beginning of the titles to run. */
  test: string
  titles: string
}

export const http = (name: string) => `packages/server/src/http/${name}.ts`
export const accounts = (name: string) => `packages/server/src/accounts/${name}.ts`
export const test = (name: string) => `packages/server/test/${name}.test.ts`
export const one = (file: string, find: string, replace: string) => [{ file, find, replace }]

export const ACCESS = test('security-access')
export const HOST = test('security-host')
export const STREAM = test('security-stream')
export const GUESSING = test('security-guessing')
export const CONTENT = test('security-content')
export const INPUT = test('security-input')
export const ACCOUNTS = test('accounts')
