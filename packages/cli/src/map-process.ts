// Asks the code map without the daemon: a process of the map's own is started for each question, and its database is kept.
import { join } from 'node:path'
import { MapAnswer, fault, isFaultCode } from '@tutti/core'
import { PROCESS_FLAGS } from '@tutti/knowledge/process-flags'
import { z } from 'zod'
import type { Io } from './io.ts'
import { working } from './progress.ts'

export interface MapQuestion {
  name: string
  /** An absolute path in the working copy. */
  folder: string
  args: readonly string[]
  depth: number
  tokens: number
}

const Reply = z.union([
  MapAnswer,
  z.object({
    fault: z.object({ code: z.string(), details: z.record(z.string(), z.union([z.string(), z.number()])) }),
  }),
])

/** Throws the fault that the map answers with, and map.failed where its process ends without an answer. */
export async function askMap(io: Io, question: MapQuestion): Promise<MapAnswer> {
  const argv = [
    process.execPath,
    ...PROCESS_FLAGS,
    '--disable-warning=ExperimentalWarning',
    io.layout.map,
    JSON.stringify({ ...question, databases: join(cacheOf(io), 'tutti', 'maps') }),
  ]
  const ended = await working(io, 'Reading the map', io.processes.collect(argv, io.env))
  const reply = Reply.safeParse(parsed(ended.stdout))
  if (reply.success && !('fault' in reply.data)) return reply.data
  if (reply.success && 'fault' in reply.data && isFaultCode(reply.data.fault.code))
    throw fault(reply.data.fault.code, reply.data.fault.details)
  throw fault('map.failed', {
    folder: question.folder,
    problem: lastLine(ended.stderr) || `code ${ended.code}`,
  })
}

/** All of it comes from the sources again, so it lies with what may be thrown away. */
const cacheOf = (io: Io): string => io.env.XDG_CACHE_HOME || join(io.home, '.cache')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // cut off, as its process was: what it said last tells why
  }
}

const lastLine = (text: string): string =>
  text
    .split('\n')
    .findLast((one) => /^\w*Error\b|^\S/.test(one) && !one.startsWith('Node.js '))
    ?.trim() ?? ''
