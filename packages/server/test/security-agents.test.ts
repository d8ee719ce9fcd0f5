// C20: what a program can do with the token of its session, and what it cannot.
import { Agent, operation, operationNames, newId, permissionsOf } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRoster } from '../src/agents/roster.ts'
import { hookHandlers, type Hook } from '../src/kits/hooks.ts'
import type { Room } from '../src/main.ts'
import { aRoom, bearer, callOperation, until, type TestRoom } from './room.ts'
import { sampleInput, sampleOf } from './sample.ts'
import { openSocket } from './socket.ts'

const BY = { actor: 'system', address: '', act: 'test', audited: false }

let room: TestRoom
let opened: Room
let roster: ReturnType<typeof createRoster>
const heard: (Hook & { id: string })[] = []
const waiting: PromiseWithResolvers<unknown>[] = []

beforeAll(async () => {
  room = await aRoom({
    opened(features) {
      opened = features
      roster = createRoster(features.store)
      return Promise.resolve()
    },
    handlers: hookHandlers((id, hook) => {
      heard.push({ id, ...hook })
      if (hook.name !== 'Slow') return Promise.resolve({ decision: 'seen' })
      const answer = Promise.withResolvers<unknown>()
      waiting.push(answer)
      return answer.promise
    }),
  })
})
afterAll(() => room.close())

/** An agent whose session runs, and the token of that session. */
async function aSession(name: string) {
  const id = newId('agent', Date.now(), opened.random)
  const sample = Agent.parse({ ...(sampleOf(Agent) as object), id, name })
  const session = { startedAt: 1, adopted: false, title: '' }
  const { secret, statement } = opened.agentTokens.issue(id)
  await roster.add(
    { ...sample, id, name, session, deletedAt: null },
    { privateKey: new Uint8Array(1), adopted: null, env: [] },
    BY,
  )
  await roster.edit(id, BY, (agent) => ({
    agent: { ...agent, status: { ...agent.status, state: 'starting' } },
    statements: [statement],
  }))
  return { id, secret, headers: bearer(secret) }
}

const end = (id: Agent['id']) =>
  roster.edit(id, BY, (agent) => ({
    agent: { ...agent, session: null, status: { ...agent.status, state: 'exited' } },
  }))

test('C20 the token of an agent is refused by every operation but its own and those of its mailbox, and by the stream', async () => {
  const { secret, headers } = await aSession('curious')
  const refusals = new Set<string>()
  const allowed: string[] = []
  for (const name of operationNames()) {
    const row = operation(name)
    if (row.may === 'public') continue
    const answer = await callOperation(room, name, {
      input: { ...sampleInput(row), hookName: 'Stop' },
      headers,
    })
    if (answer.fault !== 'auth.forbidden') allowed.push(name)
    else refusals.add(`${answer.status} ${answer.fault}`)
  }
  const own = operationNames().filter((name) =>
    permissionsOf('agent').some((one) => one === operation(name).may),
  )
  expect(allowed.sort()).toEqual(own.sort())
  expect([...refusals]).toEqual(['403 auth.forbidden'])
  const socket = await openSocket(room, '/v1/stream', headers)
  expect(socket.status).toBe(403)
  expect(room.logs()).not.toContain(secret)
})

test('C20 a hook reaches the kit of the agent whose token it is, whatever the payload or a header claims', async () => {
  const { id, headers } = await aSession('honest')
  const other = await aSession('victim')
  const claims = { agentId: other.id, TUTTI_AGENT_ID: other.id, session_id: 'x' }
  const answer = await callOperation(room, 'reportHook', {
    input: { hookName: 'Stop', ...claims },
    headers: { ...headers, 'X-Tutti-Agent': other.id },
  })
  expect(answer.json).toEqual({ decision: 'seen' })
  expect(heard.at(-1)).toMatchObject({ id, name: 'Stop', payload: claims })
})

test('C20 after its session has ended the token is refused', async () => {
  const { id, headers } = await aSession('gone')
  await end(id)
  const answer = await callOperation(room, 'reportHook', { input: { hookName: 'Stop' }, headers })
  expect([answer.status, answer.fault]).toEqual([401, 'auth.invalid'])
})

test('C20 a person cannot speak for an agent', async () => {
  const answer = await callOperation(room, 'reportHook', {
    input: { hookName: 'Stop' },
    headers: bearer(room.localToken),
  })
  expect([answer.status, answer.fault]).toEqual([403, 'auth.forbidden'])
})

test('a hook that waits for a person ends when its program goes', async () => {
  const { headers } = await aSession('patient')
  const controller = new AbortController()
  const call = fetch(`${room.origin}/v1/hooks/Slow`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: '{}',
    signal: controller.signal,
  }).catch(() => 'given up')
  await until(() => heard.at(-1)?.name === 'Slow')
  expect(heard.at(-1)?.gone.aborted).toBe(false)

  controller.abort()

  expect(await call).toBe('given up')
  await until(() => heard.at(-1)?.gone.aborted === true)
  waiting.at(-1)?.resolve({})
})
