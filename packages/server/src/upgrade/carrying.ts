// Carries the file of a release between machines: the one that is to be upgraded asks for piece after piece, so a cut link costs
// one piece, and what it has stays on its disk.
import { appendFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fault, type Clock } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import { z } from 'zod'
import { hashed } from '../archive/parcel.ts'
import type { PeerStream, PeerStreams } from '../mesh/peer-streams.ts'
import type { Places } from './places.ts'

export const RELEASE_STREAM = 'release'

const PIECE_BYTES = 512 * 1024
const ANSWER_MS = 30_000
const AGAIN_MS = 1000
/** Away for longer: the upgrade is given up, and what came stays for the next one. */
const PATIENCE_MS = 10 * 60_000

const Head = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/), at: z.int().min(0) })

/** Gives a release to machines that are being upgraded to it from here, and to no others. An empty answer: there is nothing. */
export function serveReleases(
  streams: Pick<PeerStreams, 'serve'>,
  { places, mayFetch }: { places: Places; mayFetch: (node: NodeId, digest: string) => boolean },
): void {
  streams.serve(RELEASE_STREAM, (stream, given) => {
    stream.listen({ message: () => undefined, closed: () => undefined }) // the question is its head
    const head = Head.safeParse(given)
    const answer = async () => {
      const path =
        head.success && mayFetch(stream.peer, head.data.digest) ? places.file(head.data.digest) : ''
      stream.send(head.success && existsSync(path) ? await pieceAt(path, head.data.at) : new Uint8Array())
    }
    // A file that went meanwhile: the other side hears that nothing comes.
    answer().catch(() => stream.close())
  })
}

async function pieceAt(path: string, at: number): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

export interface Fetching {
  places: Places
  clock: Clock
  digest: string
  sizeBytes: number
  open(head: object): PeerStream
  /** How many bytes are here. */
  progressed(bytes: number): void
  isOver(): boolean
}

/** Resolves with the path of the whole file, whose digest was checked. Throws release.damaged or release.unknown. */
export async function fetchRelease(fetching: Fetching): Promise<string> {
  const { places, clock, digest, sizeBytes } = fetching
  const path = places.part(digest)
  mkdirSync(places.root, { recursive: true, mode: 0o700 })
  let have = existsSync(path) ? statSync(path).size : 0
  let heardAt = clock.now()
  while (have < sizeBytes) {
    const piece = fetching.isOver() ? null : await asked(fetching, have)
    if (piece?.byteLength === 0) throw fault('release.unknown', { digest })
    if (piece === null) {
      if (fetching.isOver() || clock.now() - heardAt > PATIENCE_MS)
        throw fault('release.damaged', { problem: `only ${have} of ${sizeBytes} bytes came` })
      await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve))
      continue
    }
    heardAt = clock.now()
    appendFileSync(path, piece, { mode: 0o600 })
    have += piece.byteLength
    fetching.progressed(have)
  }
  if ((await hashed(path)).sha256 === digest) return path
  rmSync(path, { force: true }) // from the beginning the next time
  throw fault('release.damaged', { problem: 'it is not what was announced' })
}

/** Null where the machine has gone meanwhile. */
function asked({ open: opened, clock, digest }: Fetching, at: number): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const stream = opened({ digest, at })
    const end = (bytes: Uint8Array | null) => {
      cancel()
      stream.close()
      resolve(bytes)
    }
    const cancel = clock.after(ANSWER_MS, () => end(null))
    stream.listen({ message: end, closed: () => end(null) })
  })
}
