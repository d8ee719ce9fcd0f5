// Reads how many tests passed out of a report of vitest, and never takes a suite that broke for one that passed.

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests?: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** Counts of a JSON report; `code` is the exit code of the run. No report is one failure. */
export function countsOf(content: string | null, code: number): Counts {
  if (content === null) return { passed: 0, failed: 1, skipped: 0 }
  const report = JSON.parse(content) as Report
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + broken
  return {
    passed: report.numPassedTests,
    // An error between tests ends a run with a code and no failed test.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  }
}
