// Terminals over one connection, on a real tmux: rights, what a read-only viewer can do, sessions that come and go.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { may, type Agent, type AgentId, type Permission, type Role } from '@tutti/core'
import {
  FRAME_LIMITS,
  decodeServerFrame,
  encodeFrame,
  type ClientFrame,
  type OpenRequest,
  type ServerFrame,
} from '@tutti/protocol'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Agents } from '../agents/agents.ts'
import { aContext, aMachine, newAgent, until, type Machine } from '../agents/test-support.ts'
import type { Store } from '../db/store.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createChannels, type TerminalChannels } from './channels.ts'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'

let room: TmuxRoom
let machine: Machine
let store: Store
let agents: Agents
let channels: TerminalChannels
let bugs: string[]
beforeEach(async () => {
  room = await aTmuxRoom()
  machine = aMachine(room.terminals, realClock)
  ;({ agents, store } = await machine.open({ inherited: { PATH: process.env['PATH'], LANG: 'C.UTF-8' } }))
  bugs = []
  channels = createChannels({
    host: room.terminals,
    clock: realClock,
    log: {
      ...quietLog,
      error: (event, fields) => bugs.push(`${event} ${JSON.stringify(fields)}`),
    },
    known: agents.roster.known,
    onAgent: agents.roster.onChange,
    title: agents.title,
    audit: store.audit,
  })
  mkdirSync(join(machine.folder, 'work'))
})
afterEach(async () => {
  await machine.close()
  room.close()
  if (bugs.length > 0) throw new Error(bugs.join('\n'))
})

const create = async (name: string, program: string, args: string[] = []): Promise<Agent> =>
  agents.handlers.createAgent(
    newAgent(name, { folder: join(machine.folder, 'work'), program, args, wake: true }),
    aContext(),
  )

const createAsleep = async (name: string): Promise<Agent> =>
  agents.handlers.createAgent(
    newAgent(name, { folder: join(machine.folder, 'work'), program: '/bin/cat' }),
    aContext(),
  )

/** A connection as the guard makes it; `rights` can be changed while it lasts. */
function connect(role: Role = 'owner') {
  const frames: ServerFrame[] = []
  const rights = { may: (permission: Permission) => may(role, permission) }
  const half = channels.connect({
    actor: { id: `usr_${role}`, userId: null, name: role, role, scopes: null, loginId: null, agentId: null },
    address: '127.0.0.1',
    may: (permission) => rights.may(permission),
    send: (bytes) => void frames.push(decodeServerFrame(bytes)),
    bufferedBytes: () => 0,
  })
  const send = (frame: ClientFrame) => half.receive(encodeFrame(frame))
  return {
    ...half,
    frames,
    rights,
    send,
    open: (agentId: string, channel = 1, extra: Partial<OpenRequest> = {}) =>
      send({
        type: 'open',
        channel,
        agentId,
        cols: 80,
        rows: 24,
        access: 'write',
        kind: 'terminal',
        ...extra,
      }),
    type: (text: string, channel = 1) => send({ type: 'input', channel, bytes: Buffer.from(text) }),
    of: <T extends ServerFrame['type']>(type: T, channel = 1) =>
      frames.filter(
        (frame): frame is Extract<ServerFrame, { type: T }> =>
          frame.type === type && frame.channel === channel,
      ),
    shown: (channel = 1) =>
      frames
        .filter((frame) => frame.channel === channel)
        .map((frame) =>
          frame.type === 'data' || frame.type === 'snapshot' ? Buffer.from(frame.bytes).toString() : '',
        )
        .join(''),
  }
}
const screen = async (id: AgentId) => (await room.terminals.capture(id, { lines: 100 })).join('\n')

describe('a channel', () => {
  test('opens with a snapshot, echoes what is typed, and many share one connection', async () => {
    const [a, b] = await Promise.all([create('a', '/bin/cat'), create('b', '/bin/cat')])
    const viewer = connect()
    viewer.open(a.id, 1)
    viewer.open(b.id, 2)
    await until(() => viewer.of('snapshot', 1).length + viewer.of('snapshot', 2).length === 2)

    viewer.type('to a\r', 1)
    viewer.type('to b\r', 2)

    await until(() => viewer.shown(1).includes('to a') && viewer.shown(2).includes('to b'))
    expect(viewer.shown(1)).not.toContain('to b')
    expect(viewer.of('opened')[0]).toMatchObject({ access: 'write' })
    await until(() => viewer.of('state', 1).at(-1)?.cols === 80)
    expect(channels.viewers()).toBe(2)
    viewer.close()
    expect(channels.viewers()).toBe(0)
  })

  test('that is closed shows nothing more; closing the connection ends all its views', async () => {
    const { id } = await create('a', '/bin/cat')
    const viewer = connect()
    viewer.open(id)
    await until(() => viewer.of('snapshot').length === 1)
    viewer.send({ type: 'close', channel: 1 })
    viewer.type('lost\r')
    const other = connect()
    other.open(id)
    await until(() => other.of('snapshot').length === 1)

    other.type('kept\r')

    await until(() => other.shown().includes('kept'))
    expect(viewer.shown()).not.toContain('kept')
    expect(await screen(id)).not.toContain('lost')
    other.close()
    await until(async () => (await room.terminals.info(id)).viewers === 0)
  })

  test('of an unknown or a deleted agent is refused', async () => {
    const { id } = await create('gone', '/bin/cat')
    await agents.handlers.deleteAgent({ id }, aContext())
    const viewer = connect()

    viewer.open('agt_0000000000000000000000', 1)
    viewer.open(id, 2)

    expect(viewer.of('fault', 1)[0]).toMatchObject({ code: 'agent.unknown' })
    expect(viewer.of('fault', 2)[0]).toMatchObject({ code: 'agent.deleted' })
  })

  test('sees the end of its program, and goes on by itself when the agent is woken again', async () => {
    const { id } = await create('a', '/bin/sh', ['-c', 'read line; echo "ran <$line>"; sleep 0.2; exit 3'])
    const viewer = connect()
    viewer.open(id)
    await until(() => viewer.of('snapshot').length === 1)
    viewer.type('first\r')
    await until(() => viewer.of('exit').length === 1)
    expect(viewer.of('exit')[0]).toMatchObject({ code: 3 })
    await until(() => viewer.shown().includes('ran <first>'))
    await until(() => agents.roster.get(id).session === null)

    await agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext())

    await until(() => viewer.of('snapshot').at(-1)?.reason === 'restart')
    expect(viewer.of('opened')).toHaveLength(2)
    viewer.type('second\r')
    await until(() => viewer.shown().includes('ran <second>'))
    expect(viewer.of('fault')).toEqual([])
  })

  test('of an agent that does not run waits, and begins when it is woken', async () => {
    const { id } = await createAsleep('a')
    const viewer = connect()
    viewer.open(id)
    expect(viewer.of('exit')[0]).toMatchObject({ code: null, reason: 'hibernated' })

    await agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext())

    await until(() => viewer.of('snapshot').length === 1)
    viewer.type('hello\r')
    await until(() => viewer.shown().includes('hello'))
    await agents.handlers.deleteAgent({ id }, aContext())
    await until(() => viewer.of('fault').length === 1)
    expect(viewer.of('fault')[0]).toMatchObject({ code: 'agent.deleted' })
  })
})

describe('rights', () => {
  test('C30 no byte of a read-only viewer reaches the program, whatever it sends', async () => {
    const { id } = await create('a', '/bin/cat')
    const writer = connect('operator')
    const reader = connect('viewer')
    writer.open(id)
    reader.open(id, 1, { cols: 40, rows: 10 })
    await until(() => writer.of('snapshot').length + reader.of('snapshot').length === 2)
    expect(reader.of('opened')[0]).toMatchObject({ access: 'read' })

    // What a terminal emulator answers by itself: DA1, DA2, CPR, DECRQM; then what a person would try.
    for (const text of ['\x1b[?1;2c', '\x1b[>0;276;0c', '\x1b[1;1R', '\x1b[?2004;2$y', 'typed\r', '\x03']) {
      reader.type(text)
    }
    reader.send({ type: 'paste', channel: 1, text: 'pasted' })
    reader.send({ type: 'resize', channel: 1, cols: 30, rows: 10 })
    reader.send({ type: 'take', channel: 1 })
    writer.type('after\r')

    await until(async () => (await screen(id)).includes('after\nafter'))
    expect(await screen(id)).toBe('after\nafter')
    expect(await room.terminals.info(id)).toMatchObject({ cols: 80, rows: 24 })
    await until(() => reader.shown().includes('after'))
  })

  test('C30 a right to type that is taken away ends in the middle of a connection', async () => {
    const { id } = await create('a', '/bin/cat')
    const viewer = connect('operator')
    viewer.open(id)
    await until(() => viewer.of('snapshot').length === 1)
    viewer.type('one\r')
    await until(async () => (await screen(id)).includes('one\none'))

    viewer.rights.may = (permission) => permission === 'terminal:read'
    viewer.type('two\r')
    viewer.rights.may = () => true
    viewer.type('three\r')

    await until(async () => (await screen(id)).includes('three\nthree'))
    expect(await screen(id)).not.toContain('two')
  })

  test('without the right to read nothing is opened', async () => {
    const { id } = await create('a', '/bin/cat')
    const viewer = connect()
    viewer.rights.may = () => false

    viewer.open(id)

    expect(viewer.frames).toMatchObject([{ type: 'fault', code: 'auth.forbidden' }])
    expect(channels.viewers()).toBe(0)
  })

  test('a terminal that is opened for writing is in the audit log; one for reading is not', async () => {
    const { id } = await create('a', '/bin/cat')
    const acts = () => store.all<{ actor: string }>("SELECT actor FROM audit WHERE act = 'terminal.open'")
    connect('viewer').open(id)
    connect('operator').open(id)

    await until(() => acts().length > 0)

    expect(acts()).toEqual([{ actor: 'usr_operator' }])
  })

  test('what another right allows does not make a thumbnail a keyboard', async () => {
    const { id } = await create('a', '/bin/cat')
    const viewer = connect()
    viewer.open(id, 1, { kind: 'thumbnail' })
    await until(() => viewer.of('opened').length === 1)
    expect(viewer.of('opened')[0]).toMatchObject({ access: 'read' })
  })
})

describe('limits', () => {
  test('a flood of input closes the channel with a sentence, and the rest goes on', async () => {
    const { id } = await create('a', '/bin/sh', ['-c', 'cat > /dev/null'])
    const viewer = connect()
    viewer.open(id, 1)
    viewer.open(id, 2)
    const part = Buffer.alloc(FRAME_LIMITS.inputBytes, 'x')

    for (let i = 0; i < 200 && viewer.of('fault').length === 0; i++) {
      viewer.send({ type: 'input', channel: 1, bytes: part })
    }

    expect(viewer.of('fault')[0]).toMatchObject({ code: 'rate.limited' })
    expect(channels.viewers()).toBe(1)
  })

  test('more channels than anybody needs are refused', async () => {
    const { id } = await createAsleep('a')
    const viewer = connect()
    for (let channel = 1; channel <= 1001; channel++) viewer.open(id, channel, { kind: 'thumbnail' })

    expect(viewer.of('fault', 1000)).toEqual([])
    expect(viewer.of('fault', 1001)[0]).toMatchObject({ code: 'rate.limited' })
  })

  test('no bytes at all make it throw', async () => {
    const { id } = await createAsleep('a')
    const viewer = connect()
    viewer.open(id)
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 0x82),
        (body, type) => {
          viewer.receive(Uint8Array.of(type, 0, 0, 0, 1, ...body))
          viewer.receive(body)
        },
      ),
      { numRuns: 300 },
    )
    expect(bugs).toEqual([])
  })
})
