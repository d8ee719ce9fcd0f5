// Files of mail between machines: the letter names them by their digest, and each is fetched over a stream and checked by it.
import { createHash } from 'node:crypto'
import type { Clock } from '@tutti/core'
import type { Letter } from '@tutti/core/mesh'
import { parseJson, parsePayload, type NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { Statement, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { homeOfParty } from './letters.ts'
import type { PeerStreams } from './peer-streams.ts'

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
  isUp(node: NodeId): boolean
  /** Whether an address leads to that machine. */
  leadsTo(address: string, node: NodeId): boolean
}

const Head = z.strictObject({ id: z.string().max(80) })
const ANSWER_MS = 120_000
const FILES_MOST = 20
const BY = { actor: 'system', address: '', act: 'mesh.files', audited: false }

export function createFiles(deps: FilesDeps) {
  const { store, log } = deps
  serveFiles(deps)
  const underWay = new Set<string>()

  const done = ({ message, id }: WantedFile) =>
    store.commit({
      by: BY,
      subject: message,
      statements: [{ sql: 'DELETE FROM mesh_files WHERE message = ? AND id = ?', values: [message, id] }],
    })

  /** One that does not come now stays wanted; one that is not what was told, or is refused, is given up. */
  const take = async (wanted: WantedFile): Promise<void> => {
    const bytes = await fetched(deps, wanted)
    if (bytes === null) return
    try {
      if (digestOf(bytes) !== wanted.digest) throw new Error('it is not the content that the letter names')
      await deps.files.attach(wanted.message, { ...wanted, bytes })
    } catch (error) {
      log.warn('mesh.file-refused', { from: wanted.node, id: wanted.id, problem: String(error) })
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
      await take(wanted).finally(() => underWay.delete(key))
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

/** Null where the machine has gone meanwhile. */
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
