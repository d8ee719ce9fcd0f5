// C18 and what follows from a grant: agents of another machine, what is asked of them, and their terminals.
import { must, type Agent, type AgentId, type MeshNode, type NodeAgents } from '@tutti/core'
import { decodeClientFrame, decodeServerFrame, encodeFrame, type ServerFrame } from '@tutti/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Roster } from '../src/agents/roster.ts'
import type { Actor, BinaryChannels, Context, Handlers, StreamConnection } from '../src/handler.ts'
import { eventually, type Machine } from './mesh-machine.ts'
import { openMeshPair, type MeshPair } from './mesh-pair.ts'
import { bearer, callOperation } from './room.ts'
import { aWire, freePort, type Wire } from './wire.ts'

let two: MeshPair
let attic: Machine
let cellar: Machine
let atticId: string
let builder: AgentId
const wires: Wire[] = []
const woken: Pick<Context, 'actor' | 'by'>[] = []

/** Terminals that send back what is typed, with its place. */
const open = new Map<number, { connection: StreamConnection; offset: number }>()
let ended = 0
const echo: BinaryChannels = {
  connect: (connection) => ({
    receive(bytes) {
      const frame = decodeClientFrame(bytes)
      const { channel } = frame
      if (frame.type === 'open') {
        open.set(channel, { connection, offset: 0 })
        connection.send(
          encodeFrame({
            type: 'opened',
            channel,
            epoch: 'e1',
            offset: 0,
            cols: 80,
            rows: 24,
            access: 'write',
          }),
        )
      }
      const one = open.get(channel)
      if (frame.type !== 'input' || !one) return
      connection.send(encodeFrame({ type: 'data', channel, offset: one.offset, bytes: frame.bytes }))
      one.offset += frame.bytes.byteLength
    },
    close: () => void (ended += 1),
  }),
}

const handlersOf = (roster: Roster): Partial<Handlers> => ({
  listAgents: () => roster.list(false),
  wakeAgent({ id }, { actor, by }) {
    const agent = roster.get(id)
    woken.push({ actor, by })
    return agent
  },
})

beforeAll(async () => {
  const ports = [await freePort(), await freePort()]
  wires.push(...(await Promise.all(ports.map(aWire))))
  const names = wires.map(({ port }) => [`127.0.0.1:${port}`])
  const [atAttic, atCellar] = [0, 1].map((i) => ({ peerPort: ports[i] ?? 0, peerNames: names[i] ?? [] }))
  two = await openMeshPair({
    attic: { ...atAttic, handlers: handlersOf },
    cellar: { ...atCellar, channels: echo, handlers: handlersOf },
    agents: ['builder'],
  })
  ;({ attic, cellar, atticId } = two)
  builder = must(two.agents[0], 'a builder')
})
afterAll(async () => {
  await two.close()
  for (const wire of wires) wire.close()
})

const ADA: Actor = {
  id: 'usr_1',
  userId: null,
  agentId: null,
  name: 'ada',
  role: 'owner',
  scopes: null,
  loginId: null,
}

function aViewer() {
  const frames: ServerFrame[] = []
  const connected = attic.channels.connect({
    actor: ADA,
    address: '127.0.0.1',
    may: () => true,
    send: (bytes) => void frames.push(decodeServerFrame(bytes)),
    bufferedBytes: () => 0,
  })
  return {
    frames,
    open: (channel: number) =>
      connected.receive(
        encodeFrame({
          type: 'open',
          channel,
          agentId: builder,
          cols: 80,
          rows: 24,
          access: 'write',
          kind: 'terminal',
        }),
      ),
    type: (channel: number, text: string) =>
      connected.receive(encodeFrame({ type: 'input', channel, bytes: Buffer.from(text) })),
    shown: (channel: number) =>
      frames
        .flatMap((frame) => (frame.type === 'data' && frame.channel === channel ? [frame] : []))
        .map(({ bytes }) => Buffer.from(bytes).toString())
        .join(''),
    close: () => connected.close(),
  }
}

const wake = () =>
  callOperation(attic, 'wakeAgent', { input: { id: builder }, headers: bearer(attic.localToken) })
const seen = async (): Promise<NodeAgents[]> => attic.call<NodeAgents[]>('listNodeAgents')
const grant = (agents: AgentId[] | null) => two.grant(agents)

test('C18 without a grant another machine sees no agent, wakes none and opens no terminal', async () => {
  const refused = await wake()
  expect([refused.status, refused.fault]).toEqual([403, 'node.denied'])
  expect(woken).toEqual([])
  expect(await seen()).toMatchObject([{ name: 'cellar', agents: [] }])

  const viewer = aViewer()
  viewer.open(1)
  await eventually(() => Promise.resolve(viewer.frames.some(({ type }) => type === 'fault')))
  expect(open.size).toBe(0)
  viewer.close()
  const audit = await cellar.call<{ items: { act: string; actor: string; outcome: string }[] }>('listAudit')
  expect(audit.items).toContainEqual(
    expect.objectContaining({
      act: 'wakeAgent',
      outcome: 'refused',
      actor: expect.stringContaining('@attic'),
    }),
  )
})

test('C18 a grant that names other agents opens nothing of this one', async () => {
  const other = await cellar.agent('other')
  await grant([other])
  await eventually(async () => (await seen())[0]?.agents.length === 1)

  expect((await seen())[0]?.agents.map(({ name }) => name)).toEqual(['other'])
  expect((await wake()).fault).toBe('node.denied')
  const viewer = aViewer()
  viewer.open(1)
  await eventually(() => Promise.resolve(viewer.frames.some(({ type }) => type === 'fault')))
  expect(open.size).toBe(0)
  viewer.close()
})

test('under a grant agents are shown as they change, and what is asked of them is done there and audited on both', async () => {
  await grant(null)
  await eventually(async () => (await seen())[0]?.agents.length === 2)
  const woke = await wake()

  expect([woke.status, (woke.json as Agent).name]).toEqual([200, 'builder'])
  expect(woken).toMatchObject([{ actor: { role: 'operator', id: expect.stringContaining('@attic') } }])
  for (const machine of [attic, cellar]) {
    const audit = await machine.call<{ items: { act: string; subject: string; outcome: string }[] }>(
      'listAudit',
    )
    expect(audit.items).toContainEqual(
      expect.objectContaining({ act: 'wakeAgent', subject: builder, outcome: 'done' }),
    )
  }
  await cellar.agent('newcomer')
  await eventually(async () => (await seen())[0]?.agents.some(({ name }) => name === 'newcomer'))
})

test('a terminal over the link goes on after a cut, and no byte is lost or doubled', async () => {
  const viewer = aViewer()
  viewer.open(7)
  await eventually(() => Promise.resolve(viewer.frames.some(({ type }) => type === 'opened')))
  for (let i = 0; i < 20; i++) viewer.type(7, `${i} `)
  for (const wire of wires) wire.cut()
  for (let i = 20; i < 40; i++) viewer.type(7, `${i} `)
  await eventually(async () =>
    (await attic.call<MeshNode[]>('listNodes')).some(({ link }) => link === 'away'),
  )
  for (const wire of wires) wire.heal()

  const all = Array.from({ length: 40 }, (_, i) => `${i} `).join('')
  await eventually(() => Promise.resolve(viewer.shown(7).length >= all.length))
  expect(viewer.shown(7)).toBe(all)
  viewer.close()
})

test('C18 a terminal is closed as soon as its grant is taken back', async () => {
  const viewer = aViewer()
  viewer.open(9)
  await eventually(() => Promise.resolve(viewer.frames.some(({ type }) => type === 'opened')))
  const before = ended
  await cellar.call('ungrantNode', { id: atticId })

  await eventually(() => Promise.resolve(viewer.frames.some(({ type }) => type === 'fault')))
  expect(ended).toBe(before + 1)
  viewer.close()
})

test('a machine that is away shows its agents as they were, and its terminals say so', async () => {
  await grant(null)
  await eventually(async () => (await seen())[0]?.agents.length === 3)
  await cellar.stop()
  const away = await eventually(async () => {
    const [one] = await seen()
    return one?.link === 'away' && one
  })
  expect(away.agents).toHaveLength(3)
  const viewer = aViewer()
  viewer.open(3)
  expect(viewer.frames).toMatchObject([{ type: 'fault', code: 'node.away' }])
  expect((await wake()).fault).toBe('node.away')
})
