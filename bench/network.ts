// Hosts of our own in network namespaces, and between them a wire that loses, delays and cuts packets. Where the kernel has no netem,
// every packet of a host comes to us: out of its TUN device, through socat, as a UDP datagram. Needs root, iproute2 and socat.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CARRIER = '10.213' // below the wire: host and bench
const WIRE = '10.214.0' // what hosts know of each other
const CARRIER_PORT = 7213
const CARRIER_MTU = 9000 // a whole packet of the wire fits into a datagram

/** What happens to packets from one host to another one. */
export interface Fault {
  /** Share of packets that are lost, 0 to 1. */
  loss?: number
  delayMs?: number
  cut?: boolean
}

export interface Host {
  /** Its address on the wire. */
  address: string
  /** In front of a command that is to run there. */
  command: readonly string[]
  /** Makes a loopback port of the host reachable at the same port here. */
  expose(port: number): Promise<void>
}

export interface Attempt {
  from: number
  to: number
  /** That it comes from. */
  port: number
  atMs: number
}

export interface Network {
  hosts: readonly Host[]
  /** Sets what happens from now on, by sender and receiver. */
  fault(of: (from: number, to: number) => Fault): void
  /** TCP connections that hosts tried to open, as the wire saw them. */
  attempts(): readonly Attempt[]
  /** Bytes that the wire has taken from hosts. */
  bytes(): number
  close(): void
}

/** Why there can be no network here, or null. */
export function whyNoNetwork(): string | null {
  if (process.getuid?.() !== 0) return 'needs root'
  for (const program of ['/usr/sbin/ip', '/usr/bin/socat', '/dev/net/tun']) {
    if (!existsSync(program)) return `needs ${program}`
  }
  return null
}

export async function openNetwork(count: number, random: () => number): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-network-'))
  const ends: (() => void)[] = []
  const close = () => {
    for (const end of ends.toReversed()) end()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const wire = createWire(count, random)
    ends.push(wire.close)
    const hosts: Host[] = []
    for (let i = 0; i < count; i++) hosts.push(await openHost(i, { folder, ends, wire }))
    return { hosts, fault: wire.fault, attempts: wire.attempts, bytes: wire.bytes, close }
  } catch (error) {
    close()
    throw error
  }
}

interface Around {
  folder: string
  ends: (() => void)[]
  wire: ReturnType<typeof createWire>
}

async function openHost(i: number, { folder, ends, wire }: Around): Promise<Host> {
  const name = `tutti-${process.pid}-${i}`
  const link = `tt${process.pid}-${i}`.slice(-14)
  const inside = ['ip', 'netns', 'exec', name]
  const [near, far] = [`${CARRIER}.${i}.1`, `${CARRIER}.${i}.2`]
  run('ip', 'netns', 'add', name)
  ends.push(() => run('ip', 'netns', 'delete', name))
  run(
    'ip',
    'link',
    'add',
    link,
    'mtu',
    `${CARRIER_MTU}`,
    'type',
    'veth',
    'peer',
    'name',
    'carrier',
    'netns',
    name,
  )
  // It would go with the host as well, but the kernel takes its time for that, and the next network has the same addresses.
  ends.push(() => run('ip', 'link', 'delete', link))
  run('ip', 'address', 'add', `${near}/24`, 'dev', link)
  run('ip', 'link', 'set', link, 'up')
  run(...inside, 'ip', 'link', 'set', 'lo', 'up')
  run(...inside, 'ip', 'address', 'add', `${far}/24`, 'dev', 'carrier')
  run(...inside, 'ip', 'link', 'set', 'dev', 'carrier', 'mtu', `${CARRIER_MTU}`, 'up')
  await wire.plug(i, { near, far })
  const address = `${WIRE}.${i + 1}`
  const tunnel = `TUN:${address}/24,up,iff-no-pi,tun-name=wire`
  const carrier = `UDP:${near}:${CARRIER_PORT},bind=${far}:${CARRIER_PORT}`
  ends.push(started(...inside, 'socat', tunnel, carrier))
  return {
    address,
    command: inside,
    expose: async (port) => {
      const path = join(folder, `${i}-${port}.sock`)
      // It says so on every try before the daemon listens.
      ends.push(
        started(...inside, 'socat', '-lf', '/dev/null', `UNIX-LISTEN:${path},fork`, `TCP:127.0.0.1:${port}`),
      )
      const server = await exposed(port, path)
      ends.push(() => server.close())
    },
  }
}

function createWire(count: number, random: () => number) {
  const sockets: (Socket | undefined)[] = Array.from({ length: count })
  const seen: Attempt[] = []
  let bytes = 0
  let faultOf: (from: number, to: number) => Fault = () => ({})
  const pass = (packet: Buffer, to: number, far: string) => {
    // A host that is gone refuses: its packets are lost, as on any wire.
    sockets[to]?.send(packet, CARRIER_PORT, far, () => undefined)
  }
  const note = (from: number, to: number, port: number | null) => {
    // The kernel repeats the first packet of an attempt under the same port.
    const isKnown = seen.some((one) => one.from === from && one.to === to && one.port === port)
    if (port !== null && !isKnown) seen.push({ from, to, port, atMs: performance.now() })
  }
  const took = (from: number, packet: Buffer) => {
    const to = (packet[19] ?? 0) - 1
    if (packet[0] === undefined || packet[0] >> 4 !== 4 || !sockets[to]) return
    bytes += packet.length
    note(from, to, attemptAt(packet))
    const { loss = 0, delayMs = 0, cut = false } = faultOf(from, to)
    if (cut || random() < loss) return
    const far = `${CARRIER}.${to}.2`
    if (delayMs === 0) pass(packet, to, far)
    else setTimeout(() => pass(packet, to, far), delayMs)
  }
  return {
    async plug(i: number, { near }: { near: string; far: string }) {
      const socket = createSocket('udp4')
      socket.on('message', (packet) => took(i, packet))
      socket.on('error', () => undefined) // refused: see pass()
      await new Promise<void>((resolve) => socket.bind(CARRIER_PORT, near, resolve))
      sockets[i] = socket
    },
    fault: (of: typeof faultOf) => {
      faultOf = of
    },
    attempts: () => seen,
    bytes: () => bytes,
    close: () => {
      for (const socket of sockets) socket?.close()
    },
  }
}

const TCP = 6
const SYN = 0x02
const ACK = 0x10

/** The port that opens a connection with this IPv4 packet, or null. */
function attemptAt(packet: Buffer): number | null {
  const header = ((packet[0] ?? 0) & 0x0f) * 4
  if (packet[9] !== TCP || packet.length < header + 20) return null
  const isOpening = ((packet[header + 13] ?? 0) & (SYN | ACK)) === SYN
  return isOpening ? packet.readUInt16BE(header) : null
}

function exposed(port: number, path: string): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(path)
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function started(...command: string[]): () => void {
  const [program = '', ...args] = command
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  return () => void child.kill()
}

function run(...command: string[]): void {
  const [program = '', ...args] = command
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
