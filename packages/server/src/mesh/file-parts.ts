// A file on its way from another machine: what has come lies on disk under its digest, so that it goes on from there after a
// cut or a restart.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@tutti/core'
import { LIMITS, type NodeId } from '@tutti/protocol'
import { z } from 'zod'
import { jsonOf } from '../loose-json.ts'
import type { PeerStreams } from './peer-streams.ts'

export interface FilePartsDeps {
  clock: Clock
  streams: Pick<PeerStreams, 'open'>
  /** Parts lie here. */
  folder: string
}

export const PIECES = 'file-pieces'
export const PIECE_BYTES = 256 * 1024
/** A machine that says nothing for so long is gone. */
const SILENT_MS = 60_000

/** What is said before the pieces: how long the whole is; null where there is none. */
export const PiecesHead = z.object({ sizeBytes: z.int().min(0).max(LIMITS.attachmentBytes).nullable() })

/** `unknown`: it is of a version that has no pieces; `away`: what has come is kept. */
export type Fetched = { bytes: Uint8Array; from: number } | 'none' | 'unknown' | 'away'

export function createFileParts({ clock, streams, folder }: FilePartsDeps) {
  const pathOf = (digest: string) => join(folder, createHash('sha256').update(digest).digest('hex'))

  /** Fetches what is missing of a file, and gives the whole. */
  async function fetch(of: { node: NodeId; id: string; digest: string }): Promise<Fetched> {
    const path = pathOf(of.digest)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const from = await sizeOf(path)
    const end = await received({ clock, streams }, { ...of, path, from })
    return end === 'all' ? { bytes: await readFile(path), from } : end
  }

  return {
    fetch,
    /** Forgets what has come of a file. */
    drop: (digest: string) => rm(pathOf(digest), { force: true }),
  }
}

const sizeOf = async (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0, // nothing has come yet
  )

interface Receiving {
  node: NodeId
  id: string
  path: string
  from: number
}

/** Appends what comes until the file is whole. */
function received(
  { clock, streams }: Pick<FilePartsDeps, 'clock' | 'streams'>,
  { node, id, path, from }: Receiving,
): Promise<'all' | 'none' | 'unknown' | 'away'> {
  return new Promise((resolve, reject) => {
    const stream = streams.open(node, PIECES, { id, from })
    const state = { size: -1, have: from, cancel: () => undefined as void }
    let work: Promise<void> = Promise.resolve()
    const end = (how: 'all' | 'none' | 'unknown' | 'away') => {
      state.cancel()
      stream.close()
      // What was handed to the disk is there before anybody reads it, or goes on from it.
      work.then(() => resolve(how), reject)
    }
    const wait = () => {
      state.cancel()
      state.cancel = clock.after(SILENT_MS, () => end('away'))
    }
    const begin = (bytes: Uint8Array): void => {
      const head = PiecesHead.safeParse(jsonOf(bytes))
      if (!head.success || head.data.sizeBytes === null) return end('none')
      state.size = head.data.sizeBytes
      if (state.have >= state.size) end('all')
    }
    const take = (bytes: Uint8Array): void => {
      state.have += bytes.byteLength
      if (state.have > state.size) return end('none')
      work = appended(work, path, bytes)
      if (state.have === state.size) end('all')
    }
    wait()
    stream.listen({
      message(bytes) {
        wait()
        if (state.size < 0) begin(bytes)
        else take(bytes)
      },
      closed: () => end(state.size < 0 ? 'unknown' : 'away'),
    })
  })
}

async function appended(before: Promise<void>, path: string, bytes: Uint8Array): Promise<void> {
  await before
  const file = await open(path, 'a', 0o600)
  try {
    await file.writeFile(bytes)
  } finally {
    await file.close()
  }
}
