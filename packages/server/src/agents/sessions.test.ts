// What becomes of sessions: woken, stopped, ended by themselves, and found again by the next daemon.
import { fault, type Agent, type AgentId } from '@tutti/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadAgents } from './store.ts'
import { aContext, codeOf, until, useAgents } from './test-support.ts'

const t = useAgents()

describe('sessions', () => {
  test('wake, hibernate and restart tell what they did', async () => {
    const { id } = await t.create('api')

    expect(await t.wake(id)).toMatchObject({ status: { state: 'unknown' }, session: { adopted: false } })
    expect(await codeOf(Promise.resolve(t.wake(id)))).toBe('agent.running')
    await t.agents.handlers.restartAgent({ id }, aContext())
    expect(t.host.calls.map((call) => call.split(' ')[0])).toEqual(['start', 'stop', 'start'])
    expect(await t.agents.handlers.hibernateAgent({ id }, aContext())).toMatchObject({
      status: { state: 'hibernated' },
      session: null,
    })
    expect(t.host.running.size).toBe(0)
  })

  test('D06 a program that fails says so with its last lines', async () => {
    const { id } = await t.create('api', { wake: true })

    t.host.end({ agentId: id, code: 3, lines: ['Error: no model', 'bye'] })

    await until(() => t.get(id).session === null)
    expect(t.get(id).status).toMatchObject({ state: 'failed' })
    expect(t.get(id).status.why).toBe('Its program ended with code 3:\nError: no model\nbye')
  })

  test('a program that ends normally has exited', async () => {
    const { id } = await t.create('api', { wake: true })
    t.host.end({ agentId: id, code: 0 })
    await until(() => t.get(id).status.state === 'exited')
    expect(t.get(id).session).toBeNull()
  })

  test('a start that fails is told, and leaves no session behind', async () => {
    const { id } = await t.create('api')
    t.host.refuseStart = 'no space for a pty'

    expect(await codeOf(Promise.resolve(t.wake(id)))).toBe('agent.start-failed')
    expect(t.get(id)).toMatchObject({ session: null, status: { state: 'failed' } })
    t.host.refuseStart = null
    expect(await codeOf(Promise.resolve(t.wake(id)))).toBe('done')
  })

  test('an agent that is made and cannot start stays, with the reason as its status', async () => {
    t.host.refuseStart = 'no space for a pty'
    expect(await t.create('api', { wake: true })).toMatchObject({
      status: { state: 'failed' },
      session: null,
    })
  })

  test('twenty callers wake and hibernate one agent at once: every step sees a whole state', async () => {
    const { id } = await t.create('api')

    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        codeOf(Promise.resolve(i % 2 ? t.agents.handlers.hibernateAgent({ id }, aContext()) : t.wake(id))),
      ),
    )

    expect(codes).toEqual(Array(20).fill('done'))
    expect(t.host.running.size).toBe(0)
    expect(t.get(id)).toMatchObject({ session: null, status: { state: 'hibernated' } })
  })

  test('one act is one row of the audit log', async () => {
    const { id } = await t.create('api')
    await t.wake(id)
    const acts = t.store.all<{ subject: string }>('SELECT subject FROM audit')
    expect(acts).toHaveLength(2)
  })

  test('a title is stored at most every two seconds, and the last one is never lost', async () => {
    const { id } = await t.create('api', { wake: true })

    for (const title of ['a', 'b', 'c']) t.agents.title(id, title)
    await until(() => t.get(id).session?.title === 'a')
    t.clock.move(2000)

    await until(() => t.get(id).session?.title === 'c')
    const changes = t.store.eventsSince(0, 100)?.filter(({ type }) => type === 'agent.changed') ?? []
    expect(changes.filter((event) => JSON.stringify(event.data).includes('"title":"b"'))).toHaveLength(0)
  })
})

describe('starting the daemon again', () => {
  test('agents whose sessions live are running still, without a start; the others have exited and say why', async () => {
    const alive = await t.create('alive', { wake: true })
    const gone = await t.create('gone', { wake: true })
    const before = t.get(alive.id)
    t.host.running.delete(gone.id)
    t.host.calls.length = 0

    await t.open()

    expect(await t.agents.recover()).toEqual({ running: 1, ended: 1, restored: 0 })
    expect(t.get(alive.id)).toEqual(before)
    expect(t.get(gone.id)).toMatchObject({
      session: null,
      status: { state: 'exited', why: 'Its session ended while Tutti was not running' },
    })
    expect(t.host.calls).toEqual([])
  })

  test('D06b after a reboot agents are started again only where that is configured', async () => {
    const { id } = await t.create('api', { wake: true })
    await t.create('sleeps')
    t.host.running.clear()

    await t.open({ bootedAt: t.clock.now() + 1 })
    expect(await t.agents.recover()).toMatchObject({ ended: 1, restored: 0 })
    expect(t.get(id).status).toMatchObject({ state: 'exited', why: 'The machine restarted while it ran' })

    await t.wake(id)
    t.host.running.clear()
    await t.open({ bootedAt: t.clock.now() + 1, restoreAfterReboot: true })
    expect(await t.agents.recover()).toMatchObject({ ended: 1, restored: 1 })
    expect([...t.host.running.keys()]).toEqual([id])
    expect(t.get(id).session).not.toBeNull()
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
          const id = t.agents.roster.byName(name)?.id
          await codeOf(act(what, { name, id, at }))
        }
        await t.agents.recover()
        const rows = loadAgents(t.store)
        expect(byId([...t.agents.roster.list(false), ...t.agents.roster.list(true)])).toEqual(rows)
        await t.open()
        expect(byId([...t.agents.roster.list(false), ...t.agents.roster.list(true)])).toEqual(rows)
      }),
      { numRuns: 12 },
    )
  })

  const byId = (list: Agent[]) => list.sort((a, b) => (a.id < b.id ? -1 : 1))

  async function act(what: string, { name, id, at }: { name: string; id: AgentId | undefined; at: number }) {
    const h = t.agents.handlers
    const context = aContext()
    if (what === 'create') return t.create(name)
    if (id === undefined) throw fault('agent.unknown', { id: name })
    const bulk = (action: 'tag' | 'restart' | 'undelete' | 'purge' | 'delete' | 'hibernate' | 'wake') =>
      h.changeAgents({ ids: [id], action, tag: `t${at}` }, context)
    if (what === 'rename') {
      return h.updateAgent({ id, name: `agent-${at}` }, aContext({ version: t.get(id).version }))
    }
    if (what === 'end') return t.host.end({ agentId: id, code: at })
    if (what === 'title') return t.agents.title(id, `title ${at}`)
    return bulk(what as 'tag')
  }
})
