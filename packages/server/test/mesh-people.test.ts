// What people do over the room: things of other machines by their own ids or by naming the machine, with the rights they have there.
import {
  AttentionItem,
  fault,
  must,
  type Agent,
  type AgentClaims,
  type AgentId,
  type NodeAgents,
  type NodeDoor,
  type NodeHealth,
} from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Roster } from '../src/agents/roster.ts'
import type { Context, Handlers } from '../src/handler.ts'
import { eventually, linked, type Machine } from './mesh-machine.ts'
import { openMeshPair, type MeshPair } from './mesh-pair.ts'
import { bearer, callOperation } from './room.ts'
import { sampleOf } from './sample.ts'

let two: MeshPair
let attic: Machine
let cellar: Machine
let atticId: string
let cellarId: string
let builder: AgentId
let other: AgentId
let items: AttentionItem[] = []
const done: { machine: string; name: string; input: object; by: Context['by']; role: string }[] = []

const PICTURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47])

const itemOf = (agentId: AgentId, mark: string): AttentionItem => ({
  ...AttentionItem.parse(sampleOf(AttentionItem)),
  id: `att_${'0'.repeat(21)}${mark}` as AttentionItem['id'],
  agentId,
  receipt: 'pending',
  onlyFor: undefined,
})

const handlersOf =
  (machine: string) =>
  (roster: Roster): Partial<Handlers> => {
    const note = (name: string, input: object, { by, actor }: Context) =>
      void done.push({ machine, name, input, by, role: actor.role })
    return {
      listAgents: () => roster.list(false),
      createAgent(input, context) {
        note('createAgent', input, context)
        return must(roster.list(false)[0], `an agent beside ${input.name}`)
      },
      deleteAgent: ({ id }, { by }) =>
        roster.edit(id, by, (agent) => ({
          agent: { ...agent, deletedAt: Date.now(), version: agent.version + 1 },
          type: 'agent.deleted',
        })),
      uploadPromptFile(input, context) {
        note('uploadPromptFile', { length: input.content.length }, context)
        return { path: `/srv/${input.name}` }
      },
      answerAttention(input, context) {
        const item = items.find(({ id }) => id === input.id)
        if (!item) throw fault('attention.unknown', { id: input.id })
        note('answerAttention', input, context)
        return { ...item, receipt: 'answered', version: item.version + 1 }
      },
      getAvatar: ({ id }) => {
        const { name } = roster.get(id)
        return name === 'builder'
          ? { body: PICTURE, name: 'builder.png', type: 'image/png' }
          : { body: PICTURE, name: 'page.html', type: 'text/html' }
      },
      getRecording: () => ({ body: new Blob(['{"version":2}\n']).stream(), name: 'builder.cast' }),
      changeAgents(input, context) {
        note('changeAgents', input, context)
        return input.ids.map((id) => ({ id, ok: true }))
      },
      answerAttentionGroup(input, context) {
        note('answerAttentionGroup', input, context)
        return input.items.map(({ id }) => ({ id, ok: true, item: null }))
      },
    }
  }

beforeAll(async () => {
  two = await openMeshPair({
    attic: { handlers: handlersOf('attic') },
    cellar: { handlers: handlersOf('cellar'), items: () => items },
    agents: ['builder', 'other'],
  })
  ;({ attic, cellar, atticId, cellarId } = two)
  ;[builder, other] = [must(two.agents[0], 'a builder'), must(two.agents[1], 'another')]
})
afterAll(() => two.close())

/** The queue of the cellar is a double; its rows say whose each item is. */
const inQueue = async (all: AttentionItem[]): Promise<void> => {
  items = all
  await cellar.opened.store.commit({
    by: { actor: 'test', address: '', act: 'test', audited: false },
    subject: 'queue',
    statements: all.map(({ id, agentId }) => ({
      sql: `INSERT INTO attention (id, agent_id, ref, kind, receipt, created_at, value, version) VALUES (?, ?, ?, 'approval', 'pending', 0, '{}', 1)`,
      values: [id, agentId, id],
    })),
  })
}

const NEW = { name: 'shop-api', folder: '/srv', program: '/bin/sh' }
const createThere = (at = 'cellar') =>
  callOperation(attic, 'createAgent', {
    input: NEW,
    headers: { ...bearer(attic.localToken), 'x-tutti-machine': at },
  })
const answer = (id: string) =>
  callOperation(attic, 'answerAttention', {
    input: { id, version: 1, answer: { kind: 'words', words: 'yes' } },
    headers: bearer(attic.localToken),
  })
const seen = async (): Promise<NodeAgents | undefined> =>
  (await attic.call<NodeAgents[]>('listNodeAgents')).find(({ node }) => node === cellarId)
const grant = (agents: AgentId[] | null) => two.grant(agents)
const audited = async (machine: Machine) =>
  (await machine.call<{ items: { act: string; outcome: string; actor: string }[] }>('listAudit')).items

test('C18 an agent is created on another machine only under a grant for all of it, and both machines note it', async () => {
  expect((await createThere()).fault).toBe('node.denied')
  await grant([builder])
  expect((await createThere()).fault).toBe('node.denied')
  await grant(null)

  expect((await createThere()).status).toBe(200)
  expect(done).toMatchObject([
    { machine: 'cellar', name: 'createAgent', input: NEW, role: 'operator', by: { address: 'attic' } },
  ])
  expect(await audited(attic)).toContainEqual(
    expect.objectContaining({ act: 'createAgent', outcome: 'done' }),
  )
  expect(await audited(cellar)).toContainEqual(
    expect.objectContaining({ act: 'createAgent', actor: expect.stringContaining('@attic') }),
  )
})

test('C18 what belongs to a machine itself is never done from another one, and nothing falls back to this one', async () => {
  const at = (name: 'updateSettings' | 'listUsers' | 'getMe', machine: string) =>
    callOperation(attic, name, {
      input: name === 'updateSettings' ? { machine: 'taken' } : {},
      headers: { ...bearer(attic.localToken), 'x-tutti-machine': machine, 'if-match': '"1"' },
    })
  for (const name of ['updateSettings', 'listUsers', 'getMe'] as const)
    expect((await at(name, cellarId)).fault).toBe('node.denied')
  expect((await at('listUsers', 'nowhere')).fault).toBe('node.unknown')
  expect((await at('listUsers', 'attic')).status).toBe(200)
})

test('what agents elsewhere ask is shown here and answered by its own id, as far as the grant goes', async () => {
  await grant([builder])
  await inQueue([
    itemOf(builder, '1'),
    itemOf(other, '2'),
    { ...itemOf(builder, '3'), onlyFor: `usr_${'0'.repeat(22)}` },
  ])
  await grant([builder]) // told anew
  await eventually(async () => (await seen())?.attention.length === 1)

  expect((await seen())?.attention.map(({ id }) => id)).toEqual([items[0]?.id])
  const answered = await answer(items[0]?.id ?? '')
  expect([answered.status, done.at(-1)?.name]).toEqual([200, 'answerAttention'])
  expect(await audited(cellar)).toContainEqual(
    expect.objectContaining({ act: 'answerAttention', actor: expect.stringContaining('@attic') }),
  )
  // Nobody has told of it: it is looked for here.
  expect((await answer(items[1]?.id ?? '')).fault).not.toBeNull()
  items = []
  await grant([builder])
  await eventually(async () => (await seen())?.attention.length === 0)
})

test('a group of requests on two machines is answered on both, in the order asked', async () => {
  await grant(null)
  items = [itemOf(builder, '4')]
  await grant(null)
  await eventually(async () => (await seen())?.attention.length === 1)
  done.length = 0
  const mine = itemOf(other, '5').id
  const theirs = items[0]?.id
  const answered = await callOperation(attic, 'answerAttentionGroup', {
    input: {
      items: [mine, theirs].map((id) => ({ id, version: 1 })),
      answer: { kind: 'words', words: 'go' },
    },
    headers: bearer(attic.localToken),
  })

  expect((answered.json as { id: string }[]).map(({ id }) => id)).toEqual([mine, theirs])
  expect(done.map(({ machine }) => machine).toSorted()).toEqual(['attic', 'cellar'])
})

test('a picture for an agent of another machine gets there, however long it is', async () => {
  const content = Buffer.alloc(2_400_000, 7).toString('base64')
  const put = await callOperation(attic, 'uploadPromptFile', {
    input: { id: builder, name: 'shot.png', content },
    headers: bearer(attic.localToken),
  })

  expect([put.status, put.json]).toEqual([200, { path: '/srv/shot.png' }])
  expect(done.at(-1)).toMatchObject({ machine: 'cellar', input: { length: content.length } })
})

test('C18 the picture and the recordings of an agent elsewhere come as they are, under the grant and by their types alone', async () => {
  const get = (name: 'getAvatar' | 'getRecording', id: string, machine?: string) =>
    callOperation(attic, name, {
      input: { id },
      headers: {
        ...bearer(attic.localToken),
        ...(machine === undefined ? {} : { 'x-tutti-machine': machine }),
      },
    })
  await grant(null)
  const picture = await get('getAvatar', builder)
  expect([
    picture.status,
    picture.headers['content-type'],
    picture.headers['x-content-type-options'],
  ]).toEqual([200, 'image/png', 'nosniff'])
  expect((await get('getRecording', `rec_${'0'.repeat(22)}`, 'cellar')).text).toBe('{"version":2}\n')
  expect((await get('getAvatar', other)).fault).toBe('node.remote')
  await grant([other])
  expect((await get('getAvatar', builder)).fault).toBe('node.denied')
  await grant(null)
})

test('the health of each machine is asked for when somebody looks, and the last answer stays', async () => {
  const all = await attic.call<{ node: string; health: NodeHealth | null }[]>('listNodeHealth')

  expect(all).toHaveLength(2)
  expect(all.find(({ node }) => node === cellarId)?.health).toMatchObject({
    agents: 2,
    awake: 0,
    writable: true,
  })
})

test('the door is where a person has put it, also for a machine that asks what is open', async () => {
  const before = await attic.call<NodeDoor>('getNodeDoor')
  await attic.call('setNodeDoor', { host: '127.0.0.2' })
  const after = await attic.call<NodeDoor>('getNodeDoor')

  expect(before).toMatchObject({ open: true, host: '127.0.0.1', chosen: false })
  expect(after).toMatchObject({ open: true, host: '127.0.0.2', chosen: true })
  const refused = callOperation(attic, 'setNodeDoor', {
    input: { host: '192.0.2.1' },
    headers: bearer(attic.localToken),
  })
  expect((await refused).fault).toBe('node.door-refused')
  expect(await attic.call<NodeDoor>('getNodeDoor')).toMatchObject({ open: true, host: '127.0.0.2' })
  await linked(attic, 'cellar')
})

test('an agent that two machines claim is shown with both keys, and who is said to have it has it everywhere', async () => {
  await attic.agent('builder', builder)
  const [claim] = await eventually(async () => {
    const claims = await cellar.call<AgentClaims[]>('listClaims')
    return claims.length > 0 && claims
  })
  expect(claim).toMatchObject({ agentId: builder, contested: true })
  expect(claim?.claims.map(({ node }) => node).toSorted()).toEqual([atticId, cellarId].toSorted())

  await cellar.call('settleClaim', { agentId: builder, node: cellarId })
  await eventually(async () => {
    const [one] = await attic.call<AgentClaims[]>('listClaims')
    return one?.contested === false && one.claims.find(({ home }) => home)?.node === cellarId
  })
  await attic.call('settleClaim', { agentId: builder, node: cellarId })

  await eventually(async () => (await cellar.call<AgentClaims[]>('listClaims')).length === 0)
  const own = (await attic.call<Agent[]>('listAgents')).find(({ id }) => id === builder)
  expect(own).toBeUndefined()
})

test('what was left behind here by an agent that lives elsewhere is removed here, and never the agent', async () => {
  const change = (action: string) => attic.call('changeAgents', { ids: [builder], action })
  done.length = 0
  await change('purge')
  await change('undelete')
  await change('wake')
  expect(done.map(({ machine }) => machine)).toEqual(['attic', 'attic', 'cellar'])
})
