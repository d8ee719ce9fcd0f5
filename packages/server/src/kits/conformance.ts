// Reads what the last conformance run has left in the data folder; read when somebody looks, so that it is never an old one.
import { readFile } from 'node:fs/promises'
import { ConformanceReports, type ConformanceReport } from '@tutti/core'

/** The reports; none where nobody has run it. Throws where the file is none of ours. */
export async function conformanceIn(path: string): Promise<ConformanceReport[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '[]'
    throw error
  })
  return ConformanceReports.parse(JSON.parse(text))
}
