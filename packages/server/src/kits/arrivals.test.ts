// A program that reports before its kit is open is heard all the same.
import type { AgentId } from '@tutti/core'
import { expect, test } from 'vitest'
import { aContext, newAgent } from '../agents/test-support.ts'
import { useOversight } from './test-kit.ts'

const t = useOversight()

const reported = (agentId: AgentId) => {
  const context = aContext()
  return t.do.reportHook(
    { hookName: 'PermissionRequest' },
    { ...context, actor: { ...context.actor, agentId } },
  )
}

test('a hook of a program that has only just been started waits for its kit', async () => {
  const host = t.host()
  const start = host.start.bind(host)
  let answer: Promise<unknown> | undefined
  host.start = async (session) => {
    await start(session)
    answer = Promise.resolve(reported(session.agentId as AgentId))
  }

  await t.agents.handlers.createAgent(newAgent('api', { program: '/played', wake: true }), aContext())

  expect(await answer).toEqual({ heard: 'PermissionRequest' })
})

test('a hook of an agent that does not run is answered at once', async () => {
  const { id } = await t.agents.handlers.createAgent(newAgent('api', { program: '/played' }), aContext())
  expect(await reported(id)).toEqual({})
})
