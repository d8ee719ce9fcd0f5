// The promises of agents that need no tmux: names, versions, secrets, the trash, and a list that equals the database.
import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_NAME_LENGTH, EVENTS, NewAgent, Agent, fault, type AgentId } from '@tutti/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../db/store.ts'
import type { Agents } from './agents.ts'
import { loadAgents } from './store.ts'
import {
  aContext,
  aMachine,
  fakeHost,
  handClock,
  newAgent,
  until,
  type FakeHost,
  type Machine,
} from './test-support.ts'

const DAY_MS = 86_400_000
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let host: FakeHost
let clock: ReturnType<typeof handClock>
let machine: Machine
let store: Store
let agents: Agents
const open = async (extra: Parameters<Machine['open']>[0] = {}) => {
  ;({ store, agents } = await machine.open(extra))
}
beforeEach(async () => {
  host = fakeHost()
  clock = handClock()
  machine = aMachine(host, clock)
  await open()
})
afterEach(() => machine.close())

const create = (name: string, extra = {}) =>
  agents.handlers.createAgent(newAgent(name, extra), aContext()) as Promise<Agent>
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
const wake = (id: AgentId) => agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext())
const get = (id: AgentId) => agents.roster.get(id)

describe('making and changing', () => {
  test('a new agent has a key of its own, waits hibernated, and fits the schema of its event', async () => {
    const agent = await create('shop-backend-api', { tags: ['x'], env: { API_URL: 'http://x' } })

    expect(Agent.parse(agent)).toEqual(agent)
    expect(agent).toMatchObject({ envNames: ['API_URL'], version: 1, status: { state: 'hibernated' } })
    expect(Buffer.from(agent.publicKey, 'base64url')).toHaveLength(32)
    expect((await create('other')).publicKey).not.toBe(agent.publicKey)
    const events = store.eventsSince(0, 10) ?? []
    expect(events.map(({ type }) => type)).toEqual(['agent.created', 'agent.created'])
    for (const event of events) expect(EVENTS[event.type].data.safeParse(event.data).success).toBe(true)
  })

  test('a name is taken while an agent lives, and while it is deleted and not yet purged', async () => {
    const first = await create('api')
    expect(await codeOf(create('api'))).toBe('agent.name-taken')

    await agents.handlers.deleteAgent({ id: first.id }, aContext())
    expect(await codeOf(create('api'))).toBe('agent.name-deleted')

    await agents.handlers.purgeAgent({ id: first.id }, aContext())
    expect(await codeOf(create('api'))).toBe('done')
  })

  test('two that are made at once under one name: one is refused, and only one exists', async () => {
    const codes = await Promise.all([codeOf(create('api')), codeOf(create('api'))])

    expect(codes.sort()).toEqual(['agent.name-taken', 'done'])
    expect(agents.roster.list(false)).toHaveLength(1)
  })

  test('a change names the version that it was made from; an older one is refused', async () => {
    const { id } = await create('api', { persona: { role: 'tester' } })
    const change = (name: string, version: number) =>
      agents.handlers.updateAgent({ id, name }, aContext({ version })) as Promise<Agent>

    const renamed = await change('shop-api', 1)

    expect(renamed).toMatchObject({ name: 'shop-api', version: 2, persona: { role: 'tester' } })
    expect(await codeOf(change('late', 1))).toBe('version.stale')
    expect(agents.roster.byName('api')).toBeUndefined()
    expect(agents.roster.byName('shop-api')?.id).toBe(id)
  })

  test('of two changes from the same version one wins, and the other is told', async () => {
    const { id } = await create('api')
    const change = (label: string) =>
      codeOf(Promise.resolve(agents.handlers.updateAgent({ id, label }, aContext({ version: 1 }))))

    expect((await Promise.all([change('a'), change('b')])).sort()).toEqual(['done', 'version.stale'])
  })

  test('a status does not change the version that people edit', async () => {
    const { id } = await create('api')
    await wake(id)
    expect(get(id).version).toBe(1)
  })

  test('environment values: null keeps one, leaving it out removes it, null for an unknown one is refused', async () => {
    const { id } = await create('api', { env: { KEPT: 'a', GONE: 'b' } })
    const change = (env: Record<string, string | null>, version: number) =>
      Promise.resolve(agents.handlers.updateAgent({ id, env }, aContext({ version })))

    await change({ KEPT: null, NEW: 'c' }, 1)
    await wake(id)

    expect(get(id).envNames).toEqual(['KEPT', 'NEW'])
    expect(host.running.get(id)?.env).toMatchObject({ KEPT: 'a', NEW: 'c' })
    expect(host.running.get(id)?.env).not.toHaveProperty('GONE')
    expect(await codeOf(change({ UNKNOWN: null }, 2))).toBe('input.invalid')
  })

  test('a program that is not there is refused before anything is made', async () => {
    expect(await codeOf(create('api', { program: 'no-such-program', wake: true }))).toBe(
      'agent.program-missing',
    )
    expect(agents.roster.list(false)).toHaveLength(0)
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
      expect(result.success, name).toBe(false)
      expect(result.error?.issues[0]?.message).toMatch(/An agent name is 1 to 64 lower-case/)
    }
    expect(NewAgent.safeParse({ ...newAgent('ok'), name: 'x'.repeat(AGENT_NAME_LENGTH) }).success).toBe(true)
  })
})

describe('secrets', () => {
  test('C36 no answer, event or database page shows an environment value or a private key', async () => {
    const secret = 'sk-canary-7f3a9b1c5d'
    const { id } = await create('api', { env: { API_KEY: secret }, wake: true })
    const sealed = store.get<{ private_key: Uint8Array }>('SELECT private_key FROM agents WHERE id = ?', id)
    const [, seed] = JSON.parse(
      Buffer.from(sealed!.private_key.map((byte) => byte ^ 0x5a)).toString(),
    ) as string[]

    const shown = JSON.stringify([agents.handlers.getAgent({ id }, aContext()), store.eventsSince(0, 100)])
    const files = readdirSync(machine.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'))
      .join('\n')

    expect(seed).toHaveLength(43)
    for (const text of [shown, files]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(seed)
      expect(text).not.toContain(Buffer.from(seed!, 'base64url').toString('latin1'))
    }
    expect(host.running.get(id)?.env).toMatchObject({ API_KEY: secret })
  })

  test("a session gets the agent's identity and nothing of the daemon's own environment", async () => {
    const { id } = await create('api', { env: { TUTTI_AGENT_ID: 'agt_forged' }, wake: true })

    const { env } = host.running.get(id)!
    expect(env).toMatchObject({ TUTTI_AGENT_ID: id, TUTTI_AGENT_NAME: 'api', PATH: '/usr/bin:/bin' })
    expect(env['TUTTI_URL']).toBe('http://127.0.0.1:1')
    expect(env).not.toHaveProperty('TUTTI_SECRET')
  })
})

describe('sessions', () => {
  test('wake, hibernate and restart tell what they did', async () => {
    const { id } = await create('api')

    expect(await wake(id)).toMatchObject({ status: { state: 'unknown' }, session: { adopted: false } })
    expect(await codeOf(Promise.resolve(wake(id)))).toBe('agent.running')
    await agents.handlers.restartAgent({ id }, aContext())
    expect(host.calls.map((call) => call.split(' ')[0])).toEqual(['start', 'stop', 'start'])
    expect(await agents.handlers.hibernateAgent({ id }, aContext())).toMatchObject({
      status: { state: 'hibernated' },
      session: null,
    })
    expect(host.running.size).toBe(0)
  })

  test('D06 a program that fails says so with its last lines', async () => {
    const { id } = await create('api', { wake: true })

    host.end({ agentId: id, code: 3, lines: ['Error: no model', 'bye'] })

    await until(() => get(id).session === null)
    expect(get(id).status).toMatchObject({ state: 'failed' })
    expect(get(id).status.why).toBe('Its program ended with code 3:\nError: no model\nbye')
  })

  test('a program that ends normally has exited', async () => {
    const { id } = await create('api', { wake: true })
    host.end({ agentId: id, code: 0 })
    await until(() => get(id).status.state === 'exited')
  })

  test('a start that fails is told, and leaves no session behind', async () => {
    const { id } = await create('api')
    host.refuseStart = 'no space for a pty'

    expect(await codeOf(Promise.resolve(wake(id)))).toBe('agent.start-failed')
    expect(get(id)).toMatchObject({ session: null, status: { state: 'failed' } })
    host.refuseStart = null
    expect(await codeOf(Promise.resolve(wake(id)))).toBe('done')
  })

  test('an agent that is made and cannot start stays, with the reason as its status', async () => {
    host.refuseStart = 'no space for a pty'
    expect(await create('api', { wake: true })).toMatchObject({ status: { state: 'failed' }, session: null })
  })

  test('twenty callers wake and hibernate one agent at once: every step sees a whole state', async () => {
    const { id } = await create('api')

    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        codeOf(Promise.resolve(i % 2 ? agents.handlers.hibernateAgent({ id }, aContext()) : wake(id))),
      ),
    )

    expect(codes).toEqual(Array(20).fill('done'))
    expect(host.running.size).toBe(0)
    expect(get(id)).toMatchObject({ session: null, status: { state: 'hibernated' } })
  })

  test('one act is one row of the audit log', async () => {
    const { id } = await create('api')
    await wake(id)
    const acts = store.all<{ subject: string }>('SELECT subject FROM audit')
    expect(acts).toHaveLength(2)
  })

  test('a title is stored at most every two seconds, and the last one is never lost', async () => {
    const { id } = await create('api', { wake: true })

    for (const title of ['a', 'b', 'c']) agents.title(id, title)
    await until(() => get(id).session?.title === 'a')
    clock.move(2000)

    await until(() => get(id).session?.title === 'c')
    const changes = store.eventsSince(0, 100)?.filter(({ type }) => type === 'agent.changed') ?? []
    expect(changes.filter((event) => JSON.stringify(event.data).includes('"title":"b"'))).toHaveLength(0)
  })
})

describe('starting the daemon again', () => {
  test('agents whose sessions live are running still, without a start; the others have exited and say why', async () => {
    const alive = await create('alive', { wake: true })
    const gone = await create('gone', { wake: true })
    const before = get(alive.id)
    host.running.delete(gone.id)
    host.calls.length = 0

    await open()

    expect(await agents.recover()).toEqual({ running: 1, ended: 1, restored: 0 })
    expect(get(alive.id)).toEqual(before)
    expect(get(gone.id)).toMatchObject({
      session: null,
      status: { state: 'exited', why: 'Its session ended while Tutti was not running' },
    })
    expect(host.calls).toEqual([])
  })

  test('D06b after a reboot agents are started again only where that is configured', async () => {
    const { id } = await create('api', { wake: true })
    await create('sleeps')
    host.running.clear()

    await open({ bootedAt: clock.now() + 1 })
    expect(await agents.recover()).toMatchObject({ ended: 1, restored: 0 })
    expect(get(id).status).toMatchObject({ state: 'exited', why: 'The machine restarted while it ran' })

    await wake(id)
    host.running.clear()
    await open({ bootedAt: clock.now() + 1, restoreAfterReboot: true })
    expect(await agents.recover()).toMatchObject({ ended: 1, restored: 1 })
    expect([...host.running.keys()]).toEqual([id])
    expect(get(id).session).not.toBeNull()
  })

  test('whatever was done, the list in memory equals the database, before and after a restart', async () => {
    const step = fc.record({
      what: fc.constantFrom(
        'create',
        'rename',
        'tag',
        'wake',
        'hibernate',
        'restart',
        'delete',
        'undelete',
        'purge',
        'end',
        'title',
      ),
      which: fc.nat(5),
      at: fc.nat(5),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        for (const { what, which, at } of steps) {
          const name = `agent-${which}`
          const id = agents.roster.byName(name)?.id
          await codeOf(act(what, { name, id, at }))
        }
        await agents.recover()
        const rows = loadAgents(store)
        expect(byId([...agents.roster.list(false), ...agents.roster.list(true)])).toEqual(rows)
        await open()
        expect(byId([...agents.roster.list(false), ...agents.roster.list(true)])).toEqual(rows)
      }),
      { numRuns: 12 },
    )
  })

  const byId = (list: Agent[]) => list.sort((a, b) => (a.id < b.id ? -1 : 1))

  async function act(what: string, { name, id, at }: { name: string; id: AgentId | undefined; at: number }) {
    const h = agents.handlers
    const context = aContext()
    if (what === 'create') return create(name)
    if (id === undefined) throw fault('agent.unknown', { id: name })
    const bulk = (action: 'tag' | 'restart' | 'undelete' | 'purge' | 'delete' | 'hibernate' | 'wake') =>
      h.changeAgents({ ids: [id], action, tag: `t${at}` }, context)
    if (what === 'rename') {
      return h.updateAgent({ id, name: `agent-${at}` }, aContext({ version: get(id).version }))
    }
    if (what === 'end') return host.end({ agentId: id, code: at })
    if (what === 'title') return agents.title(id, `title ${at}`)
    return bulk(what as 'tag')
  }
})

describe('the trash', () => {
  test('D40 deleting stops the session and keeps everything; undeleting brings it all back', async () => {
    const before = await create('api', { env: { A: 'b' }, tags: ['x'], wake: true })
    await agents.handlers.setAvatar({ id: before.id, image: PNG.toString('base64') }, aContext())

    await agents.handlers.deleteAgent({ id: before.id }, aContext())
    expect(host.running.size).toBe(0)
    expect(agents.handlers.listAgents({ deleted: false }, aContext())).toEqual([])
    expect(agents.handlers.listAgents({ deleted: true }, aContext())).toHaveLength(1)
    expect(await codeOf(Promise.resolve(wake(before.id)))).toBe('agent.deleted')

    const back = await agents.handlers.undeleteAgent({ id: before.id }, aContext())
    const { name, tags, envNames, publicKey } = before
    expect(back).toMatchObject({ name, tags, envNames, publicKey, deletedAt: null })
    expect(back.avatar).not.toBeNull()
    await wake(before.id)
    expect(host.running.get(before.id)?.env).toMatchObject({ A: 'b' })
  })

  test('D40 purging leaves no row and no file; an agent that lives is not purged', async () => {
    const { id } = await create('api', { env: { A: 'b' } })
    await agents.handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext())
    expect(await codeOf(Promise.resolve(agents.handlers.purgeAgent({ id }, aContext())))).toBe(
      'agent.not-deleted',
    )

    await agents.handlers.deleteAgent({ id }, aContext())
    await agents.handlers.purgeAgent({ id }, aContext())

    expect(agents.roster.find(id)).toBeUndefined()
    expect(readdirSync(join(machine.folder, 'avatars'))).toEqual([])
    for (const table of ['agents', 'agent_env']) expect(store.all(`SELECT * FROM ${table}`)).toEqual([])
  })

  test('after the days of grace an agent is purged by itself, and not an hour before', async () => {
    const { id } = await create('api')
    await agents.handlers.deleteAgent({ id }, aContext())
    const stop = await agents.run()

    clock.move(30 * DAY_MS - 3_600_000)
    await store.commit({ by: aContext().by, subject: 'fence', statements: [] })
    expect(agents.roster.find(id)).toBeDefined()
    clock.move(3_600_000)

    await until(() => agents.roster.find(id) === undefined)
    stop()
  })
})

describe('many at once', () => {
  test('a bulk action answers for each agent in the order asked, and one refusal spoils nothing', async () => {
    const [a, b, c] = [await create('a'), await create('b'), await create('c')]
    await wake(b.id)
    const unknown = 'agt_0000000000000000000000' as AgentId

    const results = await agents.handlers.changeAgents(
      { ids: [a.id, b.id, unknown, c.id], action: 'wake' },
      aContext(),
    )

    expect(results.map(({ id, error }) => [id, error?.code])).toEqual([
      [a.id, undefined],
      [b.id, 'agent.running'],
      [unknown, 'agent.unknown'],
      [c.id, undefined],
    ])
    expect(host.running.size).toBe(3)
  })

  test('purging many needs the right to purge, though bulk changes need less', async () => {
    const { id } = await create('a')
    await agents.handlers.deleteAgent({ id }, aContext())
    const purge = async (role: 'operator' | 'admin') =>
      codeOf((async () => agents.handlers.changeAgents({ ids: [id], action: 'purge' }, aContext({ role })))())

    expect(await purge('operator')).toBe('auth.forbidden')
    expect(agents.roster.find(id)).toBeDefined()
    expect(await purge('admin')).toBe('done')
    expect(agents.roster.find(id)).toBeUndefined()
  })

  test('tags are added and taken for many, once each', async () => {
    const { id } = await create('a')
    const bulk = (action: 'tag' | 'untag') =>
      agents.handlers.changeAgents({ ids: [id, id], action, tag: 'later' }, aContext())

    await bulk('tag')
    expect(get(id).tags).toEqual(['later'])
    await bulk('untag')
    expect(get(id).tags).toEqual([])
  })
})

describe('avatars', () => {
  test('a picture is served with its true type and can do nothing but be shown', async () => {
    const { id } = await create('a')
    await agents.handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext())

    const context = aContext()
    const { type, body } = await agents.handlers.getAvatar({ id }, context)

    expect(type).toBe('image/png')
    expect(Buffer.from(body as Uint8Array)).toEqual(PNG)
    expect(context.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(context.headers.get('Content-Security-Policy')).toContain('sandbox')
  })

  test('what is no picture, or too large a one, is refused and leaves no file', async () => {
    const { id } = await create('a')
    const wide = Buffer.from(PNG)
    wide.writeUInt32BE(60_000, 16)
    for (const bytes of [Buffer.from('<svg onload="alert(1)"/>'), PNG.subarray(0, 10), wide]) {
      const set = agents.handlers.setAvatar({ id, image: bytes.toString('base64') }, aContext())
      expect(await codeOf(Promise.resolve(set))).toBe('avatar.invalid')
    }
    expect(existsSync(join(machine.folder, 'avatars'))).toBe(false)
    expect(await codeOf(Promise.resolve(agents.handlers.getAvatar({ id }, aContext())))).toBe('avatar.none')
  })

  test('a picture that two agents share goes with the last of them', async () => {
    const [a, b] = [await create('a'), await create('b')]
    const files = () => readdirSync(join(machine.folder, 'avatars'))
    for (const { id } of [a, b]) {
      await agents.handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext())
    }
    expect(files()).toHaveLength(1)

    await agents.handlers.removeAvatar({ id: a.id }, aContext())
    expect(files()).toHaveLength(1)
    await agents.handlers.removeAvatar({ id: b.id }, aContext())
    expect(files()).toEqual([])
  })
})
