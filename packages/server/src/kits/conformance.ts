// Reads what the last conformance run has left in the data folder; read when somebody looks, so that it is never an old one.
import { readFile } from 'node:fs/promises'
import { ConformanceReport } from '@tutti/core'
import { z } from 'zod'

const Reports = z.array(ConformanceReport)

/** The reports; none where nobody has run it. Throws where the file is none of ours. */
export async function conformanceIn(path: string): Promise<ConformanceReport[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '[]'
    throw error
  })
  return Reports.parse(JSON.parse(text))
}
