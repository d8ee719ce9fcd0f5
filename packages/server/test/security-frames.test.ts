// R13: no frame of any kind ends more than its own connection.
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aRoom, aToken, anOwner, until, type TestRoom } from './room.ts'
import { upgradedSocket } from './socket.ts'

let room: TestRoom
let token: string
const received: Buffer[] = []

beforeAll(async () => {
  const receive = (frame: Uint8Array) => void received.push(Buffer.from(frame))
  room = await aRoom({ channels: { connect: () => ({ receive, close: () => undefined }) } })
  token = (await aToken(room, await anOwner(room), ['event:read'])).secret
})
afterAll(() => room.close())

test('R13 frames of every malformed kind end their own connection and never the server', async () => {
  const mask = Buffer.from([1, 2, 3, 4])
  const frames = [
    Buffer.from([0x81, 0x05, 1, 2, 3, 4, 5]), // not masked
    Buffer.from([0xf2, 0x80, ...mask]), // reserved bits
    Buffer.from([0x83, 0x80, ...mask]), // reserved opcode
    Buffer.from([0x89, 0xfe, 0x01, 0x00, ...mask]), // a ping that is too long
    Buffer.from([0x80, 0x80, ...mask]), // continues nothing
    Buffer.from([0x82, 0xff, 0, 0, 0, 0, 4, 0, 0, 0, ...mask]), // 64 MiB announced
    Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...mask]),
    Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), // not UTF-8
    Buffer.from([0xc2, 0x85, ...mask, 1, 2, 3, 4, 5]), // deflate that was never agreed
    Buffer.from([0x88, 0x81, ...mask, 1]), // half a close code
    ...Array.from({ length: 40 }, () => randomBytes(64)),
  ]
  for (const frame of frames) {
    const socket = await upgradedSocket(room, token)
    socket.end(frame)
    await new Promise((resolve) => socket.on('close', resolve))
  }
  const dribbling = await upgradedSocket(room, token)
  for (const byte of Buffer.from([0x82, 0x83, 0, 0, 0, 0, 7, 8, 9])) dribbling.write(Buffer.from([byte]))
  await until(() => received.some((frame) => frame.equals(Buffer.from([7, 8, 9]))))
  dribbling.write(Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0x89, 0x80, ...mask]))))
  dribbling.destroy()
  expect((await room.ask('/v1/health')).status).toBe(200)
})

test('R13 random bytes after the handshake never bring a failure of the server', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const socket = await upgradedSocket(room, token)
      socket.end(Buffer.from(bytes))
      await new Promise((resolve) => socket.on('close', resolve))
      expect((await room.ask('/v1/health')).status).toBe(200)
    }),
    { numRuns: 60 },
  )
  expect(room.logs()).not.toContain('"event":"request.bug"')
})
