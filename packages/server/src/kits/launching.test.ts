// What a kit adds to a start, and what is left when its agent is purged.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fault, must } from '@tutti/core'
import { expect, test } from 'vitest'
import { aContext, codeOf, until } from '../agents/test-support.ts'
import { useOversight } from './test-kit.ts'

const t = useOversight()
const settingsOf = (id: Parameters<typeof t.played>[0]) =>
  join(t.played(id).session.runFolder, 'settings', 'hooks.json')

test('settings lie in a folder of the agent, for its owner alone, and its environment reaches the program', async () => {
  const { id } = await t.running('api')
  expect(readFileSync(settingsOf(id), 'utf8')).toBe('{}')
  expect(statSync(settingsOf(id)).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(settingsOf(id))).mode & 0o777).toBe(0o700)
  expect(t.host().running.get(id)?.env).toMatchObject({ PLAYED: 'yes', TUTTI_AGENT_ID: id })
})

test('the trust of an agent reaches its kit, and its kit is told by its name', async () => {
  const { id, version } = await t.running('api')
  const changed = await t.agents.handlers.updateAgent({ id, trust: 'full' }, aContext({ version }))
  expect(changed).toMatchObject({ trust: 'full', kit: 'played' })
  await t.agents.handlers.restartAgent({ id }, aContext())
  expect(t.kit.launched.at(-1)).toMatchObject({ trust: 'full', folder: expect.any(String) })
  await t.restart()
  expect(t.get(id)).toMatchObject({ trust: 'full', kit: 'played' })
})

test('a conversation is gone on with only where it was written down', async () => {
  const { id } = await t.running('api')
  t.played(id).session.report({
    type: 'session',
    session: 'never-written',
    transcript: '/nowhere/at/all.jsonl',
  })
  await until(
    () => t.store().all(`SELECT 1 FROM vendor_sessions WHERE session = 'never-written'`).length === 1,
  )
  await t.agents.handlers.restartAgent({ id }, aContext())
  expect(t.kit.launched.at(-1)?.resume).toBeNull()
})

test('a file for a prompt is put where the agent can read it, and goes with the agent', async () => {
  const { id } = await t.running('api')
  const content = Buffer.from('a picture').toString('base64')
  const { path } = await t.do.uploadPromptFile({ id, name: 'shot.PNG', content }, aContext())
  expect(readFileSync(path, 'utf8')).toBe('a picture')
  expect([path.endsWith('.png'), statSync(path).mode & 0o777]).toEqual([true, 0o600])
  const settings = settingsOf(id)

  await t.agents.handlers.deleteAgent({ id }, aContext())
  await t.agents.handlers.purgeAgent({ id }, aContext())

  expect([existsSync(path), existsSync(settings)]).toEqual([false, false])
})

test('words go to the program in order: at once, or when it is free', async () => {
  const { id } = await t.running('api')
  const send = (text: string) => t.do.sendPrompt({ id, text }, aContext())
  expect(await send('one')).toEqual({ queued: null })
  t.played(id).refuses = fault('agent.busy', { name: 'api' })
  const second = must((await send('two')).queued, 'words that wait')
  const third = must((await send('three')).queued, 'words that wait')
  await t.do.removePrompt({ id: second.id }, aContext())
  expect(await codeOf(t.do.removePrompt({ id: second.id }, aContext()))).toBe('prompt.unknown')
  t.played(id).refuses = null

  t.says(id, 'working')
  t.says(id, 'idle')

  await until(async () => (await t.do.listPrompts({ agentId: id }, aContext())).length === 0)
  expect(t.played(id).prompts).toEqual(['one', third.text])
})
