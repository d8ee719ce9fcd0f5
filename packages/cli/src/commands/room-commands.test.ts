// Machines and agents of the room by their names: whoever types them never needs an id.
import { afterEach, expect, test } from 'vitest'
import { anAgent, anIo, aServer, endAll } from '../../test/support.ts'

afterEach(endAll)

const CELLAR = `did:key:z${'C'.repeat(48)}`
const far = anAgent({ name: 'builder', version: 7 })
const nodes = [
  { id: `did:key:z${'A'.repeat(48)}`, name: 'attic', link: 'self' },
  { id: CELLAR, name: 'cellar', link: 'linked' },
]
const move = {
  agent: 'agt_1',
  name: 'api',
  nodeName: 'cellar',
  phase: 'failed',
  why: 'It is asleep.',
  sizeBytes: 0,
}

async function inRoom(...argv: string[]) {
  const server = await aServer({
    listNodes: () => nodes,
    listAgents: () => [],
    listNodeAgents: () => [{ node: CELLAR, name: 'cellar', agents: [far], attention: [] }],
    grantNode: () => ({}),
    moveAgent: () => move,
    changeAgents: ({ ids }) => (ids as string[]).map((id) => ({ id, ok: true })),
    updateAgent: () => far,
    sendPrompt: () => ({ queued: null }),
  })
  const { printed, run } = anIo(server.url)
  const code = await run(...argv)
  return { code, ...printed, last: server.asked.at(-1) }
}

test('a machine is named by its name, and one that is near is offered', async () => {
  const { code, last } = await inRoom('nodes', 'grant', 'cellar', 'operator')
  expect([code, last?.input]).toMatchObject([0, { id: encodeURIComponent(CELLAR), role: 'operator' }])
  expect(await inRoom('nodes', 'grant', 'celar', 'operator')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean cellar?'),
  })
})

test('agents of other machines are listed, woken, prompted and renamed as name@machine', async () => {
  expect((await inRoom('agents')).out).toContain('1 on other machines')
  expect((await inRoom('agents', '--room')).out).toContain('builder@cellar')
  expect((await inRoom('agents', 'wake', 'builder@cellar')).last?.input).toMatchObject({ ids: [far.id] })
  expect((await inRoom('prompt', 'builder@cellar', 'Go on')).out).toContain('builder@cellar has it')
  const { last } = await inRoom('agents', 'rename', 'builder@cellar', 'mason')
  expect([last?.input, last?.headers['if-match']]).toMatchObject([{ id: far.id, name: 'mason' }, '"7"'])
})

test('why an agent did not move ends as a sentence does', async () => {
  const { code, err } = await inRoom('move', 'builder@cellar', '--to', 'cellar')
  expect(code).not.toBe(0)
  expect(err).toContain('api did not move to cellar: It is asleep.\n')
})
