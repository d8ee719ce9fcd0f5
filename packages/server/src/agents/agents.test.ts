// The promises of agents that need no tmux: names, versions, secrets, and many at once.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_NAME_LENGTH, Agent, EVENTS, NewAgent, type AgentId } from '@tutti/core'
import { describe, expect, test } from 'vitest'
import { aContext, codeOf, newAgent, useAgents } from './test-support.ts'

const t = useAgents()

describe('making and changing', () => {
  test('a new agent has a key of its own, waits hibernated, and fits the schema of its event', async () => {
    const agent = await t.create('shop-backend-api', { tags: ['x'], env: { API_URL: 'http://x' } })

    expect(Agent.parse(agent)).toEqual(agent)
    expect(agent).toMatchObject({ envNames: ['API_URL'], version: 1, status: { state: 'hibernated' } })
    expect(Buffer.from(agent.publicKey, 'base64url')).toHaveLength(32)
    expect((await t.create('other')).publicKey).not.toBe(agent.publicKey)
    const events = t.store.eventsSince(0, 10) ?? []
    expect(events.map(({ type }) => type)).toEqual(['agent.created', 'agent.created'])
    for (const event of events) expect(EVENTS[event.type].data.safeParse(event.data).success).toBe(true)
  })

  test('a name is taken while an agent lives, and while it is deleted and not yet purged', async () => {
    const first = await t.create('api')
    expect(await codeOf(t.create('api'))).toBe('agent.name-taken')

    await t.agents.handlers.deleteAgent({ id: first.id }, aContext())
    expect(await codeOf(t.create('api'))).toBe('agent.name-deleted')

    await t.agents.handlers.purgeAgent({ id: first.id }, aContext())
    expect(await codeOf(t.create('api'))).toBe('done')
  })

  test('two that are made at once under one name: one is refused, and only one exists', async () => {
    const codes = await Promise.all([codeOf(t.create('api')), codeOf(t.create('api'))])

    expect(codes.sort()).toEqual(['agent.name-taken', 'done'])
    expect(t.agents.roster.list(false)).toHaveLength(1)
  })

  test('a change names the version that it was made from; an older one is refused', async () => {
    const { id } = await t.create('api', { persona: { role: 'tester' } })
    const change = (name: string, version: number) =>
      t.agents.handlers.updateAgent({ id, name }, aContext({ version })) as Promise<Agent>

    const renamed = await change('shop-api', 1)

    expect(renamed).toMatchObject({ name: 'shop-api', version: 2, persona: { role: 'tester' } })
    expect(await codeOf(change('late', 1))).toBe('version.stale')
    expect(t.agents.roster.byName('api')).toBeUndefined()
    expect(t.agents.roster.byName('shop-api')?.id).toBe(id)
  })

  test('of two changes from the same version one wins, and the other is told', async () => {
    const { id } = await t.create('api')
    const change = (label: string) =>
      codeOf(Promise.resolve(t.agents.handlers.updateAgent({ id, label }, aContext({ version: 1 }))))

    expect((await Promise.all([change('a'), change('b')])).sort()).toEqual(['done', 'version.stale'])
  })

  test('a status does not change the version that people edit', async () => {
    const { id } = await t.create('api')
    await t.wake(id)
    expect(t.get(id).version).toBe(1)
  })

  test('environment values: null keeps one, leaving it out removes it, null for an unknown one is refused', async () => {
    const { id } = await t.create('api', { env: { KEPT: 'a', GONE: 'b' } })
    const change = (env: Record<string, string | null>, version: number) =>
      Promise.resolve(t.agents.handlers.updateAgent({ id, env }, aContext({ version })))

    await change({ KEPT: null, NEW: 'c' }, 1)
    await t.wake(id)

    expect(t.get(id).envNames).toEqual(['KEPT', 'NEW'])
    expect(t.host.running.get(id)?.env).toMatchObject({ KEPT: 'a', NEW: 'c' })
    expect(t.host.running.get(id)?.env).not.toHaveProperty('GONE')
    expect(await codeOf(change({ UNKNOWN: null }, 2))).toBe('input.invalid')
  })

  test('a program that is not there is refused before anything is made', async () => {
    expect(await codeOf(t.create('api', { program: 'no-such-program', wake: true }))).toBe(
      'agent.program-missing',
    )
    expect(t.agents.roster.list(false)).toHaveLength(0)
  })

  test('C29 names that a shell, tmux or a path could take for more are refused with a sentence', () => {
    const names = [
      'a"; touch x; echo "',
      '-t',
      '$(id)',
      'a:0.1',
      'a\nb',
      'A',
      '',
      '..',
      'a.b',
      'x'.repeat(300),
    ]
    for (const name of names) {
      const result = NewAgent.safeParse({ ...newAgent('ok'), name })
      expect(result.success).toBe(false)
      expect(result.error?.issues[0]?.message).toMatch(/An agent name is 1 to 64 lower-case/)
    }
    expect(NewAgent.safeParse({ ...newAgent('ok'), name: 'x'.repeat(AGENT_NAME_LENGTH) }).success).toBe(true)
  })
})

describe('secrets', () => {
  test('C36 no answer, event or database page shows an environment value or a private key', async () => {
    const secret = 'sk-canary-7f3a9b1c5d'
    const { id } = await t.create('api', { env: { API_KEY: secret }, wake: true })
    const sealed = t.store.get<{ private_key: Uint8Array }>('SELECT private_key FROM agents WHERE id = ?', id)
    const [, seed] = JSON.parse(
      Buffer.from(sealed!.private_key.map((byte) => byte ^ 0x5a)).toString(),
    ) as string[]

    const shown = JSON.stringify([
      t.agents.handlers.getAgent({ id }, aContext()),
      t.store.eventsSince(0, 100),
    ])
    const files = readdirSync(t.machine.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'))
      .join('\n')

    expect(seed).toHaveLength(43)
    for (const text of [shown, files]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(seed)
      expect(text).not.toContain(Buffer.from(seed!, 'base64url').toString('latin1'))
    }
    expect(t.host.running.get(id)?.env).toMatchObject({ API_KEY: secret })
  })

  test("a session gets the agent's identity and nothing of the daemon's own environment", async () => {
    const { id } = await t.create('api', { env: { TUTTI_AGENT_ID: 'agt_forged' }, wake: true })

    const { env } = t.host.running.get(id)!
    expect(env).toMatchObject({ TUTTI_AGENT_ID: id, TUTTI_AGENT_NAME: 'api', PATH: '/usr/bin:/bin' })
    expect(env['TUTTI_URL']).toBe('http://127.0.0.1:1')
    expect(env).not.toHaveProperty('TUTTI_SECRET')
  })
})

describe('many at once', () => {
  test('a bulk action answers for each agent in the order asked, and one refusal spoils nothing', async () => {
    const [a, b, c] = [await t.create('a'), await t.create('b'), await t.create('c')]
    await t.wake(b.id)
    const unknown = 'agt_0000000000000000000000' as AgentId

    const results = await t.agents.handlers.changeAgents(
      { ids: [a.id, b.id, unknown, c.id], action: 'wake' },
      aContext(),
    )

    expect(results.map(({ id, error }) => [id, error?.code])).toEqual([
      [a.id, undefined],
      [b.id, 'agent.running'],
      [unknown, 'agent.unknown'],
      [c.id, undefined],
    ])
    expect(t.host.running.size).toBe(3)
  })

  test('purging many needs the right to purge, though bulk changes need less', async () => {
    const { id } = await t.create('a')
    await t.agents.handlers.deleteAgent({ id }, aContext())
    const purge = async (role: 'operator' | 'admin') =>
      codeOf(
        (async () => t.agents.handlers.changeAgents({ ids: [id], action: 'purge' }, aContext({ role })))(),
      )

    expect(await purge('operator')).toBe('auth.forbidden')
    expect(t.agents.roster.find(id)).toBeDefined()
    expect(await purge('admin')).toBe('done')
    expect(t.agents.roster.find(id)).toBeUndefined()
  })

  test('tags are added and taken for many, once each', async () => {
    const { id } = await t.create('a')
    const bulk = (action: 'tag' | 'untag') =>
      t.agents.handlers.changeAgents({ ids: [id, id], action, tag: 'later' }, aContext())

    await bulk('tag')
    expect(t.get(id).tags).toEqual(['later'])
    await bulk('untag')
    expect(t.get(id).tags).toEqual([])
  })
})
