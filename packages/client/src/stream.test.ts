// Drives the stream over real sockets on loopback, with a clock that the test moves.
import type { AddressInfo } from 'node:net'
import { decodeClientFrame, encodeFrame, type ClientFrame, type ServerFrame } from '@tutti/protocol'
import type { LoggedEvent, StreamFrame } from '@tutti/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createStream, type Stream } from './stream.ts'
import type { TerminalEvents } from './terminal-channel.ts'
import { streamUrl, webSocketDoor } from './web-socket.ts'

const ended: (() => void)[] = []
afterEach(() => ended.splice(0).forEach((end) => end()))

/** A clock whose timers run when the test says so. */
function aClock() {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    pass(ms: number) {
      now += ms
      const due = timers.filter((timer) => timer.at <= now)
      timers = timers.filter((timer) => timer.at > now)
      for (const timer of due) timer.run()
    },
  }
}

async function aServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const queries: string[] = []
  const frames: ClientFrame[] = []
  const sockets: WebSocket[] = []
  server.on('connection', (socket, request) => {
    queries.push(request.url ?? '')
    sockets.push(socket)
    socket.on('message', (data: Buffer, binary) => {
      if (binary) frames.push(decodeClientFrame(new Uint8Array(data)))
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  ended.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    queries,
    frames,
    connections: () => sockets.length,
    say: (frame: StreamFrame) => sockets.at(-1)?.send(JSON.stringify(frame)),
    show: (frame: ServerFrame) => sockets.at(-1)?.send(encodeFrame(frame)),
    mumble: (text: string) => sockets.at(-1)?.send(text),
    cut: () => sockets.at(-1)?.terminate(),
  }
}

function aStream(url: string) {
  const clock = aClock()
  const events: LoggedEvent[] = []
  const states: string[] = []
  const resets: number[] = []
  const stream: Stream = createStream({
    connect: webSocketDoor((query) => new WebSocket(streamUrl(url, query))),
    clock,
    chance: () => 1,
    onEvent: (event) => events.push(event),
    onReset: (seq) => resets.push(seq),
    onState: (state) => states.push(state),
  })
  ended.push(stream.stop)
  return { stream, clock, events, states, resets }
}

const event = (seq: number): LoggedEvent => ({
  seq,
  at: 1,
  type: 'agent.purged',
  subject: 'agt_x',
  actor: 'system',
  data: { id: 'agt_x' },
})
const hello = (seq: number): StreamFrame => ({ hello: { seq, version: '1' } })
const until = <T>(read: () => T, wanted: T) =>
  vi.waitFor(() => expect(read()).toEqual(wanted), { interval: 2 })
const REQUEST = { agentId: 'agt_a', cols: 80, rows: 24, access: 'write', kind: 'terminal' } as const

function aViewer() {
  const shown: string[] = []
  const events: TerminalEvents = {
    data: (bytes) => shown.push(new TextDecoder().decode(bytes)),
    snapshot: ({ bytes }) => shown.push(`[${new TextDecoder().decode(bytes)}]`),
    linked: (linked) => shown.push(linked ? '+' : '-'),
    fault: ({ code }) => shown.push(code),
  }
  return { events, shown }
}

const bytes = (text: string) => new TextEncoder().encode(text)

async function live() {
  const server = await aServer()
  const made = aStream(server.url)
  await until(server.connections, 1)
  server.say(hello(5))
  await until(made.stream.link, 'live')
  return { server, ...made }
}

describe('the stream', () => {
  test('comes back after a cut from the event that it had', async () => {
    const { server, events, states, clock } = await live()
    server.say({ event: event(6) })
    await until(() => events.length, 1)

    server.cut()
    await until(() => states.at(-1), 'offline')
    clock.pass(10_000)
    await until(server.connections, 2)
    server.say(hello(7))
    server.say({ event: event(6) })
    server.say({ event: event(7) })

    await until(() => events.map((one) => one.seq), [6, 7])
    expect(server.queries).toEqual(['/v1/stream', '/v1/stream?since=6'])
    expect(states).toEqual(['live', 'offline', 'live'])
  })

  test('gives a connection up that says nothing for a minute', async () => {
    const { server, states, clock } = await live()
    clock.pass(50_000)
    server.say({ at: 5 })
    server.say({ event: event(6) })
    await until(() => states.length, 1)
    clock.pass(9_000)
    expect(states.at(-1)).toBe('live')

    clock.pass(61_000)

    await until(() => states.at(-1), 'offline')
  })

  test('gives a connection up that does not speak JSON', async () => {
    const { server, states } = await live()
    server.mumble('<html>')
    await until(() => states.at(-1), 'offline')
    expect(states).toEqual(['live', 'offline'])
  })

  test('says that everything must be read again when the log was cut', async () => {
    const { server, resets } = await live()
    server.say({ reset: { seq: 40 } })
    await until(() => resets.length, 1)
    expect(resets).toEqual([40])
  })
})

describe('a terminal on the stream', () => {
  test('resumes at its offset after a cut, and shows no byte twice', async () => {
    const { server, stream, clock, states } = await live()
    const { events, shown } = aViewer()
    const terminal = stream.openTerminal(REQUEST, events)
    await until(() => server.frames.length, 1)
    server.show({ type: 'opened', channel: 1, epoch: 'e', offset: 10, cols: 80, rows: 24, access: 'write' })
    server.show({
      type: 'snapshot',
      channel: 1,
      offset: 10,
      cols: 80,
      rows: 24,
      reason: 'join',
      bytes: bytes('S'),
    })
    server.show({ type: 'data', channel: 1, offset: 10, bytes: bytes('abc') })
    await until(() => shown.join(''), '+[S]abc')

    server.cut()
    await until(() => states.at(-1), 'offline')
    expect(terminal.write('lost')).toBe(false)
    clock.pass(10_000)
    await until(server.connections, 2)
    server.say(hello(5))
    await until(() => server.frames.length, 2)
    server.show({ type: 'opened', channel: 1, epoch: 'e', offset: 13, cols: 80, rows: 24, access: 'write' })
    server.show({ type: 'data', channel: 1, offset: 11, bytes: bytes('bcde') })

    await until(() => shown.join(''), '+[S]abc-+de')
    expect(server.frames[1]).toMatchObject({ type: 'open', resume: { epoch: 'e', offset: 13 } })
    expect(terminal.point()).toEqual({ epoch: 'e', offset: 15 })
  })

  test('asks for a snapshot when bytes are missing', async () => {
    const { server, stream } = await live()
    const { events } = aViewer()
    stream.openTerminal(REQUEST, events)
    await until(() => server.frames.length, 1)
    server.show({ type: 'opened', channel: 1, epoch: 'e', offset: 0, cols: 80, rows: 24, access: 'write' })
    server.show({ type: 'data', channel: 1, offset: 4, bytes: bytes('x') })

    await until(() => server.frames.map((frame) => frame.type), ['open', 'close', 'open'])
    expect(server.frames[2]).not.toHaveProperty('resume')
  })

  test('never grants more than this connection has sent', async () => {
    const { server, stream, clock, states } = await live()
    const { events, shown } = aViewer()
    const terminal = stream.openTerminal(REQUEST, events)
    await until(() => server.frames.length, 1)
    server.show({ type: 'opened', channel: 1, epoch: 'e', offset: 0, cols: 80, rows: 24, access: 'write' })
    server.show({ type: 'data', channel: 1, offset: 0, bytes: bytes('12345') })
    await until(() => shown.join(''), '+12345')
    server.cut()
    await until(() => states.at(-1), 'offline')
    clock.pass(10_000)
    await until(server.connections, 2)
    server.say(hello(5))
    await until(() => server.frames.length, 2)
    server.show({ type: 'data', channel: 1, offset: 5, bytes: bytes('678') })
    await until(() => shown.at(-1), '678')

    terminal.credit(5)
    terminal.credit(100)

    await until(() => server.frames.length, 3)
    expect(server.frames[2]).toEqual({ type: 'credit', channel: 1, bytes: 3 })
  })

  test('a fault ends the channel until it is opened again', async () => {
    const { server, stream } = await live()
    const { events, shown } = aViewer()
    const terminal = stream.openTerminal(REQUEST, events)
    await until(() => server.frames.length, 1)
    server.show({ type: 'fault', channel: 1, code: 'agent.not-running', message: 'x' })
    await until(() => shown, ['+', '-', 'agent.not-running'])
    expect(terminal.write('x')).toBe(false)

    terminal.reopen()

    await until(() => server.frames.length, 2)
  })

  test('long input travels in pieces that the protocol takes', async () => {
    const { server, stream } = await live()
    const terminal = stream.openTerminal(REQUEST, aViewer().events)
    terminal.write(new Uint8Array(150_000))
    await until(() => server.frames.length, 4)
    const sizes = server.frames.map((frame) => (frame.type === 'input' ? frame.bytes.byteLength : 0))
    expect(sizes).toEqual([0, 65_536, 65_536, 18_928])
  })
})
