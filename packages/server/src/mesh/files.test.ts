// Files of mail: only what was sent to a machine is given to it, and nothing is kept that is not what the letter names.
import { createHash } from 'node:crypto'
import type { NodeId } from '@tutti/protocol'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Statement } from '../db/store.ts'
import { until } from '../agents/test-support.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createFiles, type WantedFile } from './files.ts'
import type { Accept, PeerStream, PeerStreams } from './peer-streams.ts'
import type { StreamEars } from './stream-state.ts'
import { newIdentity } from './test-support.ts'

const PEER: NodeId = newIdentity().id
const CONTENT = Buffer.from('the real content')
const digest = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Streams to a machine that has `answer` whatever it is asked; what it was asked for lies in `asked`. */
function aRoom(answer: Uint8Array, wanted: WantedFile[] = [], { isOld = false, most = Infinity } = {}) {
  const asked: unknown[] = []
  const accepts = new Map<string, Accept>()
  const sent: Uint8Array[] = []
  const attached: string[] = []
  const statements: Statement[] = []
  const handle = (ears: Pick<PeerStream, 'send' | 'listen'>): PeerStream => ({
    peer: PEER,
    close: () => undefined,
    bufferedBytes: () => 0,
    ...ears,
  })
  const streams: PeerStreams = {
    open: (_peer, purpose, head) => {
      asked.push(head)
      const tell = (ears: StreamEars) => {
        if (purpose === 'files') return ears.message(answer)
        if (isOld) return ears.closed()
        const { from } = head as { from: number }
        ears.message(Buffer.from(JSON.stringify({ sizeBytes: answer.byteLength })))
        for (let at = from; at < Math.min(answer.byteLength, most); at += 4)
          ears.message(answer.subarray(at, Math.min(at + 4, most)))
        return ears.closed()
      }
      return handle({ send: () => undefined, listen: (ears) => queueMicrotask(() => tell(ears)) })
    },
    serve: (purpose, accept) => void accepts.set(purpose, accept),
    hear: () => undefined,
    linked: () => undefined,
    moved: () => undefined,
  }
  const files = createFiles({
    clock: realClock,
    log: quietLog,
    store: {
      all: <T>() => wanted as T[],
      async commit(unit) {
        statements.push(...unit.statements)
        return Promise.resolve({ events: [], changes: [] })
      },
    },
    streams,
    files: {
      sentTo: (_id, isThere) => Promise.resolve(isThere('box@cellar') ? CONTENT : null),
      attach: (message) => Promise.resolve(void attached.push(message)),
    },
    partsFolder: folder,
    isUp: () => true,
    leadsTo: (_address, node) => node === PEER,
  })
  return { files, accepts, sent, asked, attached, statements, handle }
}

test('a file is given to the machine that got mail with it, and to no other one', async () => {
  const { accepts, sent, handle } = aRoom(new Uint8Array())
  const listener = { send: (bytes: Uint8Array) => void sent.push(bytes), listen: () => undefined }
  accepts.get('files')?.(handle(listener), { id: 'att_1' })
  accepts.get('files')?.({ ...handle(listener), peer: newIdentity().id }, { id: 'att_1' })
  accepts.get('files')?.(handle(listener), { something: 'else' })
  await until(() => sent.length === 3)

  expect(sent.map((bytes) => Buffer.from(bytes).toString()).toSorted()).toEqual(['', '', CONTENT.toString()])
})

test('C17 a file that is not the one of the letter is not kept, and not asked for again', async () => {
  const wanted = { message: 'msg_1', node: PEER, id: 'att_1', name: 'a.txt', digest }
  const forged = aRoom(Buffer.from('other content'), [wanted])
  await forged.files.begin()
  const good = aRoom(CONTENT, [wanted])
  await good.files.begin()

  expect([forged.attached, good.attached]).toEqual([[], ['msg_1']])
  expect([forged.statements.length, good.statements.length]).toEqual([1, 1])
})

const WANTED = { message: 'msg_1', node: PEER, id: 'att_1', name: 'a.txt', digest }

test('a file that was cut off goes on from where it was, also for the process after this one', async () => {
  const cut = aRoom(CONTENT, [WANTED], { most: 8 })
  await cut.files.begin()
  const next = aRoom(CONTENT, [WANTED])
  await next.files.begin()

  expect([cut.attached, cut.statements]).toEqual([[], []])
  expect(next.asked).toEqual([{ id: 'att_1', from: 8 }])
  expect(next.attached).toEqual(['msg_1'])
})

test('a part that was torn is fetched anew, and not taken for a file that somebody has changed', async () => {
  const torn = aRoom(Buffer.from('the torn content!'), [WANTED], { most: 8 })
  await torn.files.begin()
  const next = aRoom(CONTENT, [WANTED])
  await next.files.begin()

  expect(next.asked).toEqual([
    { id: 'att_1', from: 8 },
    { id: 'att_1', from: 0 },
  ])
  expect(next.attached).toEqual(['msg_1'])
})

test('a machine of an older version gives a file at once', async () => {
  const old = aRoom(CONTENT, [WANTED], { isOld: true })
  await old.files.begin()

  expect(old.attached).toEqual(['msg_1'])
})
