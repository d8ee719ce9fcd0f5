// Who calls: a person, or the agent in whose session the command runs.
import { afterEach, expect, test } from 'vitest'
import { anAgent, anIo, aServer, endAll } from '../../test/support.ts'

afterEach(endAll)

const own = { id: 'agt_1', name: 'api', address: 'api@team.tutti.local', permissions: ['message:send'] }
const book = [
  { id: 'agt_1', name: 'api', address: 'api@team.tutti.local', kind: 'agent' },
  { id: 'agt_2', name: 'web@cellar', address: 'web@cellar.tutti.local', kind: 'agent' },
  { id: 'usr_1', name: 'ada', address: 'ada@team.tutti.local', kind: 'person' },
]
const SESSION = { TUTTI_DATA: '/data', TUTTI_AGENT_ID: 'agt_1', TUTTI_TOKEN: 'of-its-session' }

async function inRoom(env: Record<string, string>, ...argv: string[]) {
  const server = await aServer({
    getMe: () => ({ user: { name: 'ada' } }),
    getOwnAgent: () => own,
    listAddresses: () => book,
    listAgents: () => [anAgent({ name: 'shop' })],
  })
  const { printed, run } = anIo(server.url, { env })
  const code = await run(...argv)
  return { code, ...printed, asked: server.asked.map(({ name }) => name) }
}

test('an agent learns who it is, a person who he is', async () => {
  expect(await inRoom(SESSION, 'whoami')).toMatchObject({ code: 0, asked: ['getOwnAgent'] })
  expect((await inRoom(SESSION, 'whoami', '--json')).out).toContain('api@team.tutti.local')
  expect((await inRoom({ TUTTI_DATA: '/data' }, 'whoami')).asked).toEqual(['getMe'])
})

test('somebody who shows a token of his own in the session of an agent is himself', async () => {
  expect((await inRoom(SESSION, 'whoami', '--token', 'mine')).asked).toEqual(['getMe'])
})

test('an agent lists the agents that it can write to, on other machines as well', async () => {
  const { out, asked } = await inRoom(SESSION, 'agents')
  expect(asked).toEqual(['listAddresses'])
  expect(out).toContain('web@cellar')
  expect(out).not.toContain('ada@')
  expect((await inRoom({ TUTTI_DATA: '/data' }, 'agents')).asked).toEqual(['listAgents'])
})
