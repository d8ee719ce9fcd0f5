// A wire between two machines of a test that can be cut: TCP from a port of its own to a door.
import { randomInt } from 'node:crypto'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export interface Wire {
  port: number
  /** Ends all that is under way, and lets nothing through until it heals. */
  cut(): void
  heal(): void
  /** Bytes that have gone through, both ways. */
  passed(): number
  close(): void
}

export async function aWire(toPort: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  let isCut = false
  let passed = 0
  const server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(toPort, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => sockets.delete(socket))
      socket.on('data', (bytes: Buffer) => void (passed += bytes.byteLength))
      socket.on('error', () => undefined) // a cut wire: the other end hears of it
    }
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
      drop()
    },
    heal() {
      isCut = false
    },
    passed: () => passed,
    close() {
      drop()
      server.close()
    },
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LEAST_PORT, MOST_PORT)
    if (await isFree(port)) return port
  }
}

// Below those that the system itself gives away, to connections too: one of them could be taken before it is listened at.
const LEAST_PORT = 15_000
const MOST_PORT = 32_000

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
