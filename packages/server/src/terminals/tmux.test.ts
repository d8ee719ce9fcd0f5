// Agents on a real tmux and a real store: what is typed, what is shown, what ends, and what the next daemon finds.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent, AgentId } from '@tutti/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Agents } from '../agents/agents.ts'
import { aContext, aMachine, codeOf, newAgent, until, type Machine } from '../agents/test-support.ts'
import { realClock } from '../db/test-support.ts'
import { createTerminalHandlers } from './handlers.ts'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'

let room: TmuxRoom
let machine: Machine
let agents: Agents
let work: string
const inherited = { PATH: process.env['PATH'], HOME: '/tmp', LANG: 'C.UTF-8', SECRET_OF_DAEMON: 'x' }
beforeEach(async () => {
  room = await aTmuxRoom()
  machine = aMachine(room.terminals, realClock)
  ;({ agents } = await machine.open({ inherited }))
  work = join(machine.folder, 'work')
  mkdirSync(work)
})
afterEach(async () => {
  await machine.close()
  room.close()
})

const create = async (name: string, program: string, args: string[] = []): Promise<Agent> =>
  agents.handlers.createAgent(newAgent(name, { folder: work, program, args, wake: true }), aContext())
const handlers = () =>
  createTerminalHandlers({ host: room.terminals, clock: realClock, agent: agents.roster.get })
const screen = async (id: AgentId) => (await handlers().getScreen({ id, lines: 200 }, aContext())).text
const type = async (id: AgentId, text: string, keys: ('Enter' | 'Up' | 'C-c')[] = ['Enter']) => {
  await handlers().sendKeys({ id, text, keys }, aContext())
}

const READER = `process.stdin.setRawMode(true)
process.stdin.on('data', (chunk) => console.log('read:' + JSON.stringify(String(chunk))))
console.log('ready')
`

describe('a live agent', () => {
  test('its program is started in its folder, with its identity and nothing of the daemon', async () => {
    const { id } = await create('api', '/bin/bash', ['--norc', '--noprofile'])

    await type(id, 'pwd; echo "<$TUTTI_AGENT_NAME|$SECRET_OF_DAEMON|$TUTTI_AGENT_ID>"')

    await until(async () => (await screen(id)).includes(`<api||${id}>`))
    expect(await screen(id)).toContain(work)
  })

  test('named keys do what they do on a keyboard', async () => {
    const { id } = await create('api', '/bin/bash', ['--norc', '--noprofile'])
    await type(id, 'echo once$((1 + 1))')
    await until(async () => (await screen(id)).includes('once2'))

    await type(id, '', ['Up', 'Enter'])

    await until(async () => (await screen(id)).split('once2').length === 3)
    expect(await screen(id)).toContain('once2')
  })

  test('an Enter after words is not a part of them, and a key after Escape is not another key', async () => {
    const program = join(work, 'reader')
    writeFileSync(program, `#!${process.execPath}\n${READER}`, { mode: 0o755 })
    const { id } = await create('api', program)
    await until(async () => (await screen(id)).includes('ready'))

    await handlers().sendKeys({ id, text: 'yes', keys: ['Escape', 'Enter'] }, aContext())

    await until(async () => (await screen(id)).includes('\\r'))
    expect((await screen(id)).match(/read:.*/g)).toEqual(['read:"yes"', 'read:"\\u001b"', 'read:"\\r"'])
  })

  test('what a user types is typed as it is; an agent that does not run takes nothing', async () => {
    const { id } = await create('api', '/bin/cat')
    const text = `$(touch x) \`touch x\` "; touch x; echo ' #{pid} -t`

    await type(id, text)

    await until(async () => (await screen(id)).includes(text))
    expect(existsSync(join(work, 'x'))).toBe(false)
    await agents.handlers.hibernateAgent({ id }, aContext())
    expect(await codeOf(type(id, 'x'))).toBe('agent.not-running')
    expect(await codeOf(screen(id))).toBe('agent.not-running')
  })

  test('D06 a program that fails shows its last lines as the reason, and can be started again', async () => {
    // tmux itself may lose what a program writes in the very instant in which it ends.
    const { id } = await create('api', '/bin/sh', ['-c', 'echo no model configured; sleep 0.2; exit 3'])

    await until(() => agents.roster.get(id).status.state === 'failed')

    expect(agents.roster.get(id).status.why).toMatch(
      /^Its program ended with code 3:\n[^]*no model configured/,
    )
    expect(agents.roster.get(id).session).toBeNull()
    expect(await screen(id)).toContain('no model configured')
    expect(await codeOf(agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext()))).toBe('done')
  })

  test('D04b what is done to `api` never touches `api-worker`', async () => {
    const api = await create('api', '/bin/cat')
    const worker = await create('api-worker', '/bin/cat')
    await agents.handlers.hibernateAgent({ id: api.id }, aContext())
    await type(worker.id, 'still here')
    await until(async () => (await screen(worker.id)).includes('still here'))

    expect(await codeOf(type(api.id, 'for api'))).toBe('agent.not-running')
    await agents.handlers.hibernateAgent({ id: api.id }, aContext())
    await agents.handlers.updateAgent({ id: api.id, name: 'api-w' }, aContext({ version: 1 }))
    await agents.handlers.wakeAgent({ id: api.id, cols: 80, rows: 24 }, aContext())
    await agents.handlers.restartAgent({ id: api.id }, aContext())
    await agents.handlers.deleteAgent({ id: api.id }, aContext())
    await agents.handlers.purgeAgent({ id: api.id }, aContext())

    expect(room.terminals.isRunning(worker.id)).toBe(true)
    expect(agents.roster.get(worker.id)).toMatchObject({ name: 'api-worker', session: worker.session })
    expect(await screen(worker.id)).not.toContain('for api')
  })

  test('twenty agents are woken at once and all run', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        agents.handlers.createAgent(newAgent(`a-${i}`, { folder: work, program: '/bin/cat' }), aContext()),
      ),
    )

    await Promise.all(
      made.map(async ({ id }) => agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext())),
    )

    expect(made.filter(({ id }) => room.terminals.isRunning(id))).toHaveLength(20)
  })
})

describe('starting the daemon again', () => {
  test('D06b sessions outlive the daemon: the next one finds them running, without a second start', async () => {
    const alive = await create('alive', '/bin/sh', ['-c', 'echo started >> log; cat'])
    const gone = await create('gone', '/bin/cat')
    const before = agents.roster.get(alive.id)
    await type(alive.id, 'said before')
    await until(async () => (await screen(alive.id)).includes('said before'))
    await machine.open({ inherited })
    room.terminals.close()
    process.kill(panePid(gone.id), 'SIGKILL')

    ;({ agents } = await machine.open({ inherited, host: await room.reborn() }))
    expect(await agents.recover()).toEqual({ running: 1, ended: 1, restored: 0 })

    expect(agents.roster.get(alive.id)).toEqual(before)
    expect(agents.roster.get(gone.id)).toMatchObject({ session: null, status: { state: 'exited' } })
    expect(await screen(alive.id)).toContain('said before')
  })

  const panePid = (id: AgentId): number => {
    const record = JSON.parse(readFileSync(join(room.folder, `${id}.json`), 'utf8')) as Record<
      string,
      unknown
    >
    return (record['program'] as { pid: number }).pid
  }
})

describe('the trash', () => {
  test('D40 a purge leaves no session, no file and no row', async () => {
    const { id } = await create('api', '/bin/cat')
    await agents.handlers.deleteAgent({ id }, aContext())
    expect(room.terminals.isRunning(id)).toBe(false)

    await agents.handlers.purgeAgent({ id }, aContext())

    expect(readdirSync(room.folder).filter((name) => name.includes(id))).toEqual([])
    expect(
      readdirSync(machine.folder, { recursive: true }).filter((name) => String(name).includes(id)),
    ).toEqual([])
    expect(existsSync(work)).toBe(true)
  })
})
