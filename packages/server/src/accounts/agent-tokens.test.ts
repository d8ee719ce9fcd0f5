// C15, C20 and C23: the token of an agent's session, from its start to its end, and where it is never seen.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { must, type AgentId } from '@tutti/core'
import { describe, expect, test } from 'vitest'
import { aTmuxRoom } from '../../test/tmux-room.ts'
import { aContext, aMachine, newAgent, until, useAgents } from '../agents/test-support.ts'
import { realClock } from '../db/test-support.ts'
import { createAgentTokens } from './agent-tokens.ts'

const t = useAgents()
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const tokens = () => createAgentTokens(t.store, random)
const tokenOf = (id: AgentId) => must(t.host.running.get(id)?.env['TUTTI_TOKEN'], 'the token of a session')

describe('C20 the token of a session', () => {
  test('names its agent, also to a daemon that has restarted', async () => {
    const { id } = await t.create('api', { wake: true })
    const known = tokens()
    const secret = tokenOf(id)
    expect(known.bySecret(secret)).toMatchObject({ agentId: id, name: 'api' })

    await t.open()
    await t.agents.recover()

    expect(tokens().bySecret(secret)).toMatchObject({ agentId: id })
    expect(tokens().bySecret(`${secret}x`)).toBeNull()
  })

  test('opens nothing once the session has ended, however it ended', async () => {
    const endings: Record<string, (id: AgentId) => unknown> = {
      exit: (id) => t.host.end({ agentId: id, code: 0 }),
      crash: (id) => t.host.end({ agentId: id, code: 9 }),
      hibernate: (id) => t.agents.handlers.hibernateAgent({ id }, aContext()),
      delete: (id) => t.agents.handlers.deleteAgent({ id }, aContext()),
    }
    for (const [how, end] of Object.entries(endings)) {
      const { id } = await t.create(how, { wake: true })
      const live = tokens()
      const secret = tokenOf(id)
      expect([how, live.bySecret(secret)?.agentId]).toEqual([how, id])

      await end(id)

      await until(() => t.get(id).session === null)
      expect([how, live.bySecret(secret), live.of(id), tokens().bySecret(secret)]).toEqual([
        how,
        null,
        null,
        null,
      ])
    }
  })

  test('is another at each start, and the one before is worth nothing', async () => {
    const { id } = await t.create('api', { wake: true })
    const live = tokens()
    const first = tokenOf(id)

    await t.agents.handlers.restartAgent({ id }, aContext())

    expect(tokenOf(id)).not.toBe(first)
    expect(live.bySecret(first)).toBeNull()
    expect(live.bySecret(tokenOf(id))?.agentId).toBe(id)
  })

  test('belongs to one agent of two in the same folder', async () => {
    const [one, other] = [await t.create('one', { wake: true }), await t.create('two', { wake: true })]
    expect(tokens().bySecret(tokenOf(one.id))?.agentId).toBe(one.id)
    expect(tokens().bySecret(tokenOf(other.id))?.agentId).toBe(other.id)
  })
})

test('C15 the database holds the hash of a session token and never the token', async () => {
  const { id } = await t.create('api', { wake: true })
  const secret = tokenOf(id)
  expect(Buffer.from(secret.replace('tutti_', ''), 'base64url').byteLength).toBe(32)

  const files = ['', '-wal'].map((end) => `${t.machine.database}${end}`).filter((path) => existsSync(path))
  expect(files.length).toBeGreaterThan(0)
  for (const path of files) expect(readFileSync(path).includes(secret)).toBe(false)
})

test('C23 the token of a session reaches its program and is in no command line', async () => {
  const room = await aTmuxRoom()
  const machine = aMachine(room.terminals, realClock)
  const { agents } = await machine.open({ inherited: { PATH: process.env['PATH'], HOME: machine.folder } })
  const seen = join(machine.folder, 'seen')
  const script = `printf %s "$TUTTI_TOKEN" > ${seen}.new; mv ${seen}.new ${seen}; exec sleep 60`
  const agent = newAgent('api', { folder: machine.folder, args: ['-c', script], wake: true })

  await agents.handlers.createAgent(agent, aContext())
  await until(() => existsSync(seen))

  const secret = readFileSync(seen, 'utf8')
  expect(secret).toMatch(/^tutti_[A-Za-z0-9_-]{43}$/)
  const lines = commandLines()
  expect(lines.some((line) => line.includes(seen))).toBe(true)
  expect(lines.filter((line) => line.includes(secret))).toEqual([])
  await machine.close()
  room.close()
})

/** What `ps` shows of every process; one that ends meanwhile shows nothing. */
function commandLines(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
    } catch {
      return []
    }
  })
}
