// Sleep for want of memory, with agents that a test plays.
import { expect, test } from 'vitest'
import { spawn } from 'node:child_process'
import { aContext, until } from '../agents/test-support.ts'
import { quietLog } from '../db/test-support.ts'
import { anApproval, useOversight } from './test-kit.ts'
import { look, residentBytes, type MemoryDeps } from './memory.ts'

const t = useOversight()

const deps = (limitMb: number): MemoryDeps => ({
  clock: { now: t.now, after: () => () => {} },
  log: quietLog,
  limitMb: () => limitMb,
  agents: () => t.agents.roster.list(false),
  resumes: () => true,
  isNeeded: (id) => t.get(id).status.state !== 'idle',
  pid: () => 1,
  bytes: () => Promise.resolve(300_000_000),
  hibernate: (id, by, why) => t.agents.hibernate(id, by, why),
})

test('the longest idle sleep first, say why, and wake with the same conversation by a prompt', async () => {
  const [one, two, three] = [await t.running('one'), await t.running('two'), await t.running('three')]
  t.played(one.id).session.report({ type: 'session', session: 'the-conversation', transcript: '/dev/null' })
  t.says(three.id, 'working')
  await until(() => t.get(three.id).status.state === 'working')
  t.move(10 * 60_000)
  t.asks(two.id, anApproval('npm test'))
  await until(() => t.get(two.id).status.state === 'waiting-approval')

  await look(deps(700))

  expect(t.get(one.id).status).toMatchObject({ state: 'hibernated' })
  expect(t.get(one.id).status.why).toContain('agents took 900 MB of 700 MB')
  expect([t.get(two.id).session === null, t.get(three.id).session === null]).toEqual([false, false])

  const { queued } = await t.do.sendPrompt({ id: one.id, text: 'go on' }, aContext())
  expect(queued).toMatchObject({ text: 'go on' })
  await until(() => t.kit.opened.filter(({ session }) => session.agentId === one.id).length === 2)
  expect(t.host().running.get(one.id)?.argv).toEqual(['/played', '--resume', 'the-conversation'])
  expect(t.played(one.id).session.session).toBe('the-conversation')
  t.says(one.id, 'idle')
  await until(async () => (await t.do.listPrompts({ agentId: one.id }, aContext())).length === 0)
  expect(t.played(one.id).prompts).toEqual(['go on'])
})

test('with room for all nobody sleeps', async () => {
  const { id } = await t.running('one')
  t.move(60 * 60_000)
  await look(deps(301))
  expect(t.get(id).session).not.toBeNull()
})

test('the memory of a process is that of all below it, too', async () => {
  const child = spawn('sh', ['-c', 'sleep 30 & sleep 30 & wait'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  await until(async () => (await residentBytes(pid)) > 0)
  const alone = await residentBytes(process.pid)
  expect(alone).toBeGreaterThan(await residentBytes(pid))
  child.kill('SIGKILL')
})
