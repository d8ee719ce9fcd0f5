// Files of mail: only what was sent to a machine is given to it, and nothing is kept that is not what the letter names.
import { createHash } from 'node:crypto'
import type { NodeId } from '@tutti/protocol'
import { expect, test } from 'vitest'
import type { Statement } from '../db/store.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createFiles, type WantedFile } from './files.ts'
import type { Accept, PeerStream, PeerStreams } from './peer-streams.ts'
import { newIdentity } from './test-support.ts'

const PEER: NodeId = newIdentity().id
const CONTENT = Buffer.from('the real content')
const digest = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`

/** Streams to a machine that answers whatever it is asked with `answer`. */
function aRoom(answer: Uint8Array, wanted: WantedFile[] = []) {
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
    open: () =>
      handle({ send: () => undefined, listen: (ears) => queueMicrotask(() => ears.message(answer)) }),
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
    isUp: () => true,
    leadsTo: (_address, node) => node === PEER,
  })
  return { files, accepts, sent, attached, statements, handle }
}

test('a file is given to the machine that got mail with it, and to no other one', async () => {
  const { accepts, sent, handle } = aRoom(new Uint8Array())
  const listener = { send: (bytes: Uint8Array) => void sent.push(bytes), listen: () => undefined }
  accepts.get('files')?.(handle(listener), { id: 'att_1' })
  accepts.get('files')?.({ ...handle(listener), peer: newIdentity().id }, { id: 'att_1' })
  accepts.get('files')?.(handle(listener), { something: 'else' })
  await new Promise(setImmediate)

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
