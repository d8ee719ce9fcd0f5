// How the real agent programs did in the last conformance run of this machine, row by row.
import { z } from 'zod'

/** `without`: the program has nothing like it, and `why` says what is missing; such a row counts neither for nor against it. */
export const ConformanceRow = z.object({
  row: z.string().max(200),
  says: z.string().max(500),
  outcome: z.enum(['passed', 'failed', 'without']),
  why: z.string(),
})

/** One program's run; `total` leaves out what the program has not. `at` is its beginning, ms UTC. */
export const ConformanceReport = z.object({
  kit: z.string().max(100),
  label: z.string().max(100),
  version: z.string().max(100),
  at: z.int(),
  passed: z.int(),
  total: z.int(),
  without: z.int(),
  results: z.array(ConformanceRow),
})
export type ConformanceReport = z.infer<typeof ConformanceReport>

export const ConformanceReports = z.array(ConformanceReport)

/** The file in the data folder in which a run leaves its reports, newest of each program. */
export const CONFORMANCE_FILE = 'conformance.json'
