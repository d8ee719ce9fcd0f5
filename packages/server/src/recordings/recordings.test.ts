// Recordings on a real tmux: begun, ended, played, pruned, and put right after a kill.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent, AgentId } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Agents } from '../agents/agents.ts'
import { aContext, aMachine, codeOf, newAgent, until, type Machine } from '../agents/test-support.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'
import { createRecordings, type Recordings } from './recordings.ts'

const DAY_MS = 86_400_000
let room: TmuxRoom
let machine: Machine
let agents: Agents
let recordings: Recordings
let folder: string
let later: number
/** How the host begins a recording; a test may put something in between. */
let hostRecord: typeof room.terminals.record

/** A daemon on the machine's folders, as after a start. */
const open = async () => {
  const opened = await machine.open({ host: room.terminals, inherited: { PATH: process.env['PATH'] } })
  agents = opened.agents
  folder = join(machine.folder, 'recordings')
  recordings = createRecordings({
    store: opened.store,
    roster: agents.roster,
    host: { record: (...given) => hostRecord(...given) },
    folder,
    clock: { ...realClock, now: () => Date.now() + later },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: quietLog,
    keptDays: () => 30,
  })
  agents.onPurge(recordings.remains)
}
beforeEach(async () => {
  later = 0
  room = await aTmuxRoom()
  hostRecord = (...given) => room.terminals.record(...given)
  machine = aMachine(room.terminals, realClock)
  await open()
})
afterEach(async () => {
  await recordings.close()
  await machine.close()
  room.close()
})

const create = async (args: string[] = []): Promise<Agent> =>
  agents.handlers.createAgent(
    newAgent('shop', {
      folder: machine.folder,
      program: args.length ? '/bin/sh' : '/bin/cat',
      args,
      wake: true,
    }),
    aContext(),
  )
const start = async (id: AgentId) => recordings.handlers.startRecording({ id }, aContext())
const list = () => recordings.handlers.listRecordings({}, aContext())
const type = (id: AgentId, text: string) => room.terminals.sendKeys(id, new TextEncoder().encode(text))
const shows = (id: AgentId, text: string) =>
  until(async () => (await room.terminals.capture(id, { lines: 50 })).join('\n').includes(text))

test('a recording holds what the terminal showed, in a private file, and can be read as asciicast', async () => {
  const agent = await create()
  const { id } = await start(agent.id)
  expect(agents.roster.get(agent.id).recording).toBe(id)
  expect(await codeOf(start(agent.id))).toBe('recording.running')
  await type(agent.id, 'to be seen later\r')
  await shows(agent.id, 'later\nto be seen')

  const ended = await recordings.handlers.stopRecording({ id }, aContext())

  expect(agents.roster.get(agent.id).recording).toBeNull()
  expect(ended).toMatchObject({ agentId: agent.id, agentName: 'shop' })
  expect(ended.endedAt).toBeGreaterThanOrEqual(ended.startedAt)
  expect(await list()).toEqual([ended])
  expect(await codeOf(recordings.handlers.stopRecording({ id }, aContext()))).toBe('recording.not-running')
  const { body, name } = await recordings.handlers.getRecording({ id }, aContext())
  const text = await new Response(body as ReadableStream<Uint8Array>).text()
  expect(Buffer.byteLength(text)).toBe(ended.sizeBytes)
  expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ version: 2, width: 120, height: 36 })
  expect(text).toContain('to be seen later')
  expect(name).toMatch(/^shop-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.cast$/)
  expect(statSync(join(folder, `${id}.cast`)).mode & 0o077).toBe(0)
  expect(statSync(folder).mode & 0o077).toBe(0)
})

test('an agent that does not run is not recorded', async () => {
  const { id } = await create()
  await agents.handlers.hibernateAgent({ id }, aContext())
  expect(await codeOf(start(id))).toBe('agent.not-running')
  expect(agents.roster.get(id).recording).toBeNull()
})

test('a recording whose session ends while it begins is not begun', async () => {
  const { id } = await create()
  hostRecord = async (...given) => {
    const handle = await room.terminals.record(...given)
    await agents.handlers.hibernateAgent({ id }, aContext())
    return handle
  }

  expect(await codeOf(start(id))).toBe('agent.not-running')

  expect(agents.roster.get(id).recording).toBeNull()
  expect([await list(), readdirSync(folder)]).toEqual([[], []])
})

test('a recording ends with the program, and has its last words', async () => {
  const agent = await create(['-c', 'read line; echo "last words: $line"; sleep 0.2; exit 1'])
  const { id } = await start(agent.id)

  await type(agent.id, 'farewell\r')

  // The list is of the disk, a moment before the agent in memory.
  await until(() => agents.roster.get(agent.id).recording === null)
  expect(agents.roster.get(agent.id).session).toBeNull()
  expect((await list())[0]?.endedAt).not.toBeNull()
  expect(readFileSync(join(folder, `${id}.cast`), 'utf8')).toContain('last words: farewell')
})

test('a daemon that was killed in the middle leaves a recording that ended with its last line', async () => {
  const agent = await create()
  const { id } = await start(agent.id)
  await type(agent.id, 'before the kill\r')
  await until(() => readFileSync(join(folder, `${id}.cast`), 'utf8').includes('before the kill'))
  writeFileSync(join(folder, 'rec_stray.cast'), 'left by a crash')
  later = DAY_MS

  await room.reborn()
  await open()
  await agents.recover()
  await recordings.recover()

  const [recording] = await list()
  expect(recording).toMatchObject({ id, sizeBytes: statSync(join(folder, `${id}.cast`)).size })
  expect(recording?.endedAt).toBeLessThan(Date.now() + DAY_MS / 2)
  expect(agents.roster.get(agent.id).recording).toBeNull()
  expect(readdirSync(folder)).toEqual([`${id}.cast`])
  expect(await codeOf(start(agent.id))).toBe('done')
})

test('recordings go when they were kept long enough, and not before', async () => {
  const agent = await create()
  const { id } = await start(agent.id)
  await recordings.handlers.stopRecording({ id }, aContext())

  later = 29 * DAY_MS
  await recordings.prune()
  expect(await list()).toHaveLength(1)
  later = 31 * DAY_MS
  await recordings.prune()

  expect(await list()).toEqual([])
  expect(existsSync(join(folder, `${id}.cast`))).toBe(false)
})

test('a recording that runs can be removed, and a purge of its agent takes all of them', async () => {
  const agent = await create()
  const { id } = await start(agent.id)
  await recordings.handlers.removeRecording({ id }, aContext())
  expect(await codeOf(recordings.handlers.getRecording({ id }, aContext()))).toBe('recording.unknown')
  await start(agent.id)
  await agents.handlers.deleteAgent({ id: agent.id }, aContext())
  expect(await list()).toHaveLength(1)

  await until(async () => (await list())[0]?.endedAt !== null)
  await agents.handlers.purgeAgent({ id: agent.id }, aContext())

  expect(await list()).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})
