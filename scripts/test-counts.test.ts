// A broken suite must count as a failure, or a red run would look green.
import { expect, test } from 'vitest'
import { countsOf } from './test-counts.ts'

const report = (more: object) =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, testResults: [], ...more })

test('counts what passed, failed and was skipped', () => {
  expect(countsOf(report({ numFailedTests: 2 }), 1)).toEqual({ passed: 3, failed: 2, skipped: 1 })
  expect(countsOf(report({}), 0)).toEqual({ passed: 3, failed: 0, skipped: 1 })
})

test('a file that could not be read is a failure', () => {
  const broken = { testResults: [{ status: 'failed', assertionResults: [] }] }
  expect(countsOf(report(broken), 1).failed).toBe(1)
})

test('an error between tests and a missing report are failures', () => {
  expect(countsOf(report({}), 1).failed).toBe(1)
  expect(countsOf(null, 0).failed).toBe(1)
})
