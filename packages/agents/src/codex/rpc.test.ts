// The connection to Codex, from a server that does not behave.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { shortPathsIn } from './socket-place.ts'
import { connectRpc } from './rpc.ts'

const clock = {
  now: () => Date.now(),
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
// RFC 6455, 1.3.
const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
// All reserved bits are set.
const NONSENSE = Buffer.from([0xff, 0xff, 0xff, 0xff])

test('nonsense right behind the handshake ends the connection, and whoever opened it hears of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-rpc-'))
  const inside = shortPathsIn(folder)
  mkdirSync(inside)
  const server = createServer().on('upgrade', (message, socket) => {
    const key = createHash('sha1').update(`${message.headers['sec-websocket-key']}${HANDSHAKE}`)
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    const accept = `Sec-WebSocket-Accept: ${key.digest('base64')}`
    socket.on('error', () => socket.destroy())
    socket.write(Buffer.concat([Buffer.from([...head, accept, '', ''].join('\r\n')), NONSENSE]))
  })
  await new Promise<void>((resolve) => server.listen({ path: join(inside, 'app.sock') }, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const closed = Promise.withResolvers<string>()

  // It is found inside a sandbox's folder, which takes a moment more to be let go of.
  const opening = connectRpc({
    path: join(folder, 'app.sock'),
    clock,
    onMessage: () => undefined,
    onClose: () => closed.resolve('closed'),
  })
  const refused = opening.then(
    () => closed.promise,
    (error: unknown) => String(error),
  )

  expect(await refused).toMatch(/^closed$|has ended/)
})
