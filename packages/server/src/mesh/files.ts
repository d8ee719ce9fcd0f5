// Files of mail between machines: the letter names them by their digest; each is fetched in pieces and checked as a whole.
import { createHash } from 'node:crypto'
import { Fault, type Clock } from '@tutti/core'
import type { Letter } from '@tutti/core/mesh'
import { parseJson, parsePayload, type NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { Statement, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { createFileParts, PIECE_BYTES, PIECES } from './file-parts.ts'
import { homeOfParty } from './letters.ts'
import type { PeerStream, PeerStreams } from './peer-streams.ts'

/** A file of a message that came from another machine, not yet here. */
export interface WantedFile {
  message: string
  node: NodeId
  id: string
  name: string
  digest: string
}

/** What the files need of the mail of this machine. */
export interface FileMail {
  /** The content of a file that a message to that machine has; null for any other. */
  sentTo(id: string, isThere: (address: string) => boolean): Promise<Uint8Array | null>
  /** Puts a file to its message. Throws where it is refused, such as a dangerous one. */
  attach(message: string, file: { name: string; bytes: Uint8Array; digest: string }): Promise<void>
}

export interface FilesDeps {
  clock: Clock
  log: Log
  store: Pick<Store, 'all' | 'commit'>
  streams: PeerStreams
  files: FileMail
  /** What has come of files lies here. */
  partsFolder: string
  isUp(node: NodeId): boolean
  /** Whether an address leads to that machine. */
  leadsTo(address: string, node: NodeId): boolean
}

const Head = z.strictObject({ id: z.string().max(80) })
const PiecesAsked = Head.extend({ from: z.int().min(0) })
const ANSWER_MS = 120_000
const FILES_MOST = 20
const BY = { actor: 'system', address: '', act: 'mesh.files', audited: false }

export function createFiles(deps: FilesDeps) {
  const { store, log } = deps
  serveFiles(deps)
  servePieces(deps)
  const parts = createFileParts({ ...deps, folder: deps.partsFolder })
  const underWay = new Set<string>()

  const done = async ({ message, id, digest }: WantedFile) => {
    await store.commit({
      by: BY,
      subject: message,
      statements: [{ sql: 'DELETE FROM mesh_files WHERE message = ? AND id = ?', values: [message, id] }],
    })
    await parts.drop(digest)
  }

  /** The whole content; null where it does not come now, empty where there is none. */
  const content = async (wanted: WantedFile): Promise<Uint8Array | null> => {
    const got = await parts.fetch(wanted)
    if (got === 'away') return null
    if (got === 'none') return new Uint8Array()
    if (got === 'unknown') return fetched(deps, wanted)
    if (got.from === 0 || digestOf(got.bytes) === wanted.digest) return got.bytes
    // A power cut may have torn what had come before it.
    await parts.drop(wanted.digest)
    return content(wanted)
  }

  /** One that does not come now stays wanted; one that is not what was told, or is refused, is given up. */
  const take = async (wanted: WantedFile): Promise<void> => {
    const bytes = await content(wanted)
    if (bytes === null) return
    if (digestOf(bytes) === wanted.digest) {
      const refusal = await refusalOf(() => deps.files.attach(wanted.message, { ...wanted, bytes }))
      if (refusal) log.warn('mesh.file-refused', { from: wanted.node, id: wanted.id, problem: refusal })
    } else {
      const problem = 'it is not the content that the letter names'
      log.warn('mesh.file-refused', { from: wanted.node, id: wanted.id, problem })
    }
    await done(wanted)
  }

  const begin = async (): Promise<void> => {
    const all = store.all<WantedFile>('SELECT message, node, id, name, digest FROM mesh_files')
    // One after the other: a letter with many files leaves room on the link for keystrokes.
    for (const wanted of all) {
      const key = `${wanted.message} ${wanted.id}`
      if (underWay.has(key) || !deps.isUp(wanted.node)) continue
      underWay.add(key)
      try {
        await take(wanted)
      } catch (error) {
        log.warn('mesh.file-waits', { from: wanted.node, id: wanted.id, problem: String(error) })
      } finally {
        underWay.delete(key)
      }
    }
  }

  return {
    /** What is to be fetched for letters that are taken: written with them. */
    wantedBy: (letters: readonly Letter[]): Statement[] => letters.flatMap(wantedBy),
    begin,
  }
}

function wantedBy(letter: Letter): Statement[] {
  const node = homeOfParty(letter.from)
  const { body } = letter
  const text = typeof body === 'object' && body !== null && 'payload' in body ? body.payload : null
  if (node === null || typeof text !== 'string') return []
  const { attachments } = parsePayload(parseJson(text))
  return attachments.slice(0, FILES_MOST).flatMap((file) =>
    file.storage === 'provider'
      ? [
          {
            sql: `INSERT INTO mesh_files (message, node, id, name, digest) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (message, id) DO NOTHING`,
            values: [letter.id, node, file.id, file.filename, file.digest],
          },
        ]
      : [],
  )
}

/** Only a machine that got mail with a file gets the file. An empty answer: there is none. */
function serveFiles({ streams, files, leadsTo, log }: FilesDeps): void {
  streams.serve('files', (stream, given) => {
    stream.listen({ message: () => undefined, closed: () => undefined }) // the question is its head
    const head = Head.safeParse(given)
    const answer = async () => {
      const isThere = (address: string) => leadsTo(address, stream.peer)
      const bytes = head.success ? await files.sentTo(head.data.id, isThere) : null
      stream.send(bytes ?? new Uint8Array())
    }
    answer().catch((error: unknown) => {
      log.warn('mesh.file-unread', { problem: String(error) })
      stream.close()
    })
  })
}

/** The same in pieces, from where the other machine has it. */
function servePieces({ streams, files, leadsTo, log }: FilesDeps): void {
  streams.serve(PIECES, (stream, given) => {
    stream.listen({ message: () => undefined, closed: () => undefined }) // the question is its head
    const asked = PiecesAsked.safeParse(given)
    const answer = async () => {
      const isThere = (address: string) => leadsTo(address, stream.peer)
      const bytes = asked.success ? await files.sentTo(asked.data.id, isThere) : null
      stream.send(Buffer.from(JSON.stringify({ sizeBytes: bytes?.byteLength ?? null })))
      if (bytes && asked.success) sendFrom(stream, bytes, asked.data.from)
    }
    answer().catch((error: unknown) => {
      log.warn('mesh.file-unread', { problem: String(error) })
      stream.close()
    })
  })
}

function sendFrom(stream: PeerStream, bytes: Uint8Array, from: number): void {
  for (let at = from; at < bytes.byteLength; at += PIECE_BYTES)
    stream.send(bytes.subarray(at, at + PIECE_BYTES))
}

/** Why a file is not wanted here; null where it was taken. What is no fault of the file is thrown: it is tried again. */
async function refusalOf(attach: () => Promise<void>): Promise<string | null> {
  try {
    await attach()
    return null
  } catch (error) {
    if (error instanceof Fault && error.code === 'attachment.refused') return error.message
    throw error
  }
}

/** From a machine of an older version, at once. Null where it has gone meanwhile. */
function fetched({ streams, clock }: FilesDeps, { node, id }: WantedFile): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const stream = streams.open(node, 'files', { id })
    const end = (bytes: Uint8Array | null) => {
      cancel()
      stream.close()
      resolve(bytes)
    }
    const cancel = clock.after(ANSWER_MS, () => end(null))
    stream.listen({ message: end, closed: () => end(null) })
  })
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
