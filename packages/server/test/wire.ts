// A wire between two machines of a test that can be cut: TCP from a port of its own to a door.
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
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
