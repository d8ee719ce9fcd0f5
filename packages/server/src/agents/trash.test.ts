// Deleting, undeleting and purging.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fault } from '@tutti/core'
import { describe, expect, test } from 'vitest'
import { PNG, aContext, codeOf, until, useAgents } from './test-support.ts'

const DAY_MS = 86_400_000

const t = useAgents()

describe('the trash', () => {
  test('D40 deleting stops the session and keeps everything; undeleting brings it all back', async () => {
    const before = await t.create('api', { env: { A: 'b' }, tags: ['x'], wake: true })
    await t.agents.handlers.setAvatar({ id: before.id, image: PNG.toString('base64') }, aContext())

    await t.agents.handlers.deleteAgent({ id: before.id }, aContext())
    expect(t.host.running.size).toBe(0)
    expect(t.agents.handlers.listAgents({ deleted: false }, aContext())).toEqual([])
    expect(t.agents.handlers.listAgents({ deleted: true }, aContext())).toHaveLength(1)
    expect(await codeOf(Promise.resolve(t.wake(before.id)))).toBe('agent.deleted')

    const back = await t.agents.handlers.undeleteAgent({ id: before.id }, aContext())
    const { name, tags, envNames, publicKey } = before
    expect(back).toMatchObject({ name, tags, envNames, publicKey, deletedAt: null })
    expect(back.avatar).not.toBeNull()
    await t.wake(before.id)
    expect(t.host.running.get(before.id)?.env).toMatchObject({ A: 'b' })
  })

  test('D40 purging leaves no row and no file; an agent that lives is not purged', async () => {
    const { id } = await t.create('api', { env: { A: 'b' } })
    await t.agents.handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext())
    expect(await codeOf(Promise.resolve(t.agents.handlers.purgeAgent({ id }, aContext())))).toBe(
      'agent.not-deleted',
    )

    await t.agents.handlers.deleteAgent({ id }, aContext())
    await t.agents.handlers.purgeAgent({ id }, aContext())

    expect(t.agents.roster.find(id)).toBeUndefined()
    expect(readdirSync(join(t.machine.folder, 'avatars'))).toEqual([])
    for (const table of ['agents', 'agent_env']) expect(t.store.all(`SELECT * FROM ${table}`)).toEqual([])
  })

  test('after the days of grace an agent is purged by itself, and not an hour before', async () => {
    const { id } = await t.create('api')
    await t.agents.handlers.deleteAgent({ id }, aContext())
    const stop = await t.agents.run()

    t.clock.move(30 * DAY_MS - 3_600_000)
    await t.store.commit({ by: aContext().by, subject: 'fence', statements: [] })
    expect(t.agents.roster.find(id)).toBeDefined()
    t.clock.move(3_600_000)

    await until(() => t.agents.roster.find(id) === undefined)
    await stop()
  })

  test('an agent that is held, as it moves elsewhere, is neither started nor changed, deleted or brought back', async () => {
    const { id, version } = await t.create('api')
    const { handlers, roster } = t.agents
    const codes = async () => [
      await codeOf(Promise.resolve(t.wake(id))),
      await codeOf(Promise.resolve(handlers.updateAgent({ id, label: 'x' }, { ...aContext(), version }))),
      await codeOf(Promise.resolve(handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext()))),
      await codeOf(Promise.resolve(handlers.deleteAgent({ id }, aContext()))),
      await codeOf(Promise.resolve(handlers.undeleteAgent({ id }, aContext()))),
      await codeOf(Promise.resolve(handlers.purgeAgent({ id }, aContext()))),
    ]
    roster.hold(id, fault('agent.moving', { name: 'api', node: 'cellar' }))
    expect(await codes()).toEqual(Array(6).fill('agent.moving'))

    roster.hold(id, null)
    await handlers.deleteAgent({ id }, aContext())
    roster.hold(id, fault('agent.moved', { name: 'api', node: 'cellar' }), true)
    expect((await codes()).slice(0, 5)).toEqual(Array(5).fill('agent.moved'))
    expect(roster.find(id)).toBeUndefined()
  })
})
