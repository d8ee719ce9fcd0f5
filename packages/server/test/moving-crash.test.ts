// kill -9 of the old and of the new home of an agent at every write about its move: it ends with one owner and nothing lost.
// Each point starts some processes, so that it runs with TUTTI_MOVE_KILLS=N only, from the Nth write on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Agent, AgentId, AgentMove } from '@tutti/core'
import { expect, test } from 'vitest'
import {
  anOwner,
  eventually,
  inboxOf,
  linked,
  openMachine,
  pair,
  startMachine,
  type Machine,
  type Remote,
} from './mesh-machine.ts'

const first = Number(process.env['TUTTI_MOVE_KILLS'] ?? 0)
const isAsked = first > 0
if (!isAsked)
  process.stdout.write('moving-crash: skipped, it kills processes for minutes; TUTTI_MOVE_KILLS=1\n')

type Caller = Pick<Machine, 'call'>
interface Point {
  /** Whether the agent moves to the machine that dies, or from it. */
  way: 'to' | 'from'
  when: 'before' | 'after'
  n: number
}

/** More writes about one move than there are. */
const POINTS_MOST = 8

const pointsFrom = (first: number): Point[] =>
  Array.from({ length: POINTS_MOST }, (_, i) => i + first).flatMap((n) =>
    (['to', 'from'] as const).flatMap((way) =>
      (['before', 'after'] as const).map((when) => ({ way, when, n })),
    ),
  )

const send = (from: Caller, to: string, text: string) =>
  eventually(() => from.call('sendMessage', { to, text }).catch(() => null))

const livesOn = async (machine: Caller, agent: AgentId): Promise<boolean> =>
  (await machine.call<Agent[]>('listAgents', {})).some(({ id }) => id === agent)

/** The first words of what lies in a mailbox, once there is that much. */
const previews = async (machine: Caller, agent: AgentId, count: number): Promise<string[]> => {
  const inbox = await eventually(async () => {
    const found = await inboxOf(machine, agent)
    return found.length >= count && found
  })
  return inbox.map(({ preview }) => preview).sort()
}

const ended = (machine: Caller, agent: AgentId): Promise<AgentMove> =>
  eventually(async () => {
    const move = await machine.call<AgentMove>('getMove', { agent }).catch(() => null)
    return move && move.endedAt !== null && move
  })

test.skipIf(!isAsked)(
  'a machine that dies at any write about a move goes on with it, and an agent has one home',
  { timeout: 900_000 },
  async () => {
    const stable = await openMachine({ name: 'Stable' })
    await anOwner(stable)
    const folder = mkdtempSync(join(tmpdir(), 'tutti-mortal-'))
    const start = (agent = 'first', dies = '') => startMachine({ folder, name: 'Mortal', agent, dies })
    let mortal: Remote = await start()
    const again = async (agent?: string, dies?: string): Promise<void> => {
      await mortal.kill()
      mortal = await start(agent, dies)
    }
    const survived = new Set<string>()
    const deaths: string[] = []

    /** Begins a move while the machine is to die at that write. */
    const strike = async ({ way, when, n }: Point, ids: { stable: string; mortal: string }) => {
      const name = `mover-${way}-${when}-${n}`
      if (way === 'from') await again(name)
      const agent = way === 'from' ? mortal.agentId : await stable.agent(name)
      await send(way === 'from' ? mortal : stable, name, 'Before')
      await again('first', `${when} ${n}`)
      await linked(stable, 'mortal')
      const asked = { agent, to: way === 'from' ? ids.stable : ids.mortal }
      await (way === 'from' ? mortal : stable).call('moveAgent', asked).catch(() => null)
      const witness = way === 'from' ? mortal : stable
      const end = await Promise.race([
        mortal.ended.then(() => 'died'),
        ended(witness, agent).catch(() => 'died'),
      ])
      if (end !== 'died') survived.add(way)
      else deaths.push(`${way} ${when} ${n}`)
      process.stdout.write(`moving-crash: ${way} ${when} ${n}: ${end === 'died' ? 'killed' : 'done'}\n`)
      return agent
    }

    const runPoint = async (point: Point, ids: { stable: string; mortal: string }) => {
      const { way, when, n } = point
      const name = `mover-${way}-${when}-${n}`
      const agent = await strike(point, ids)
      await again()
      await linked(stable, 'mortal')
      const [old, fresh] = way === 'from' ? [mortal, stable] : [stable, mortal]
      const move = await old.call<AgentMove>('getMove', { agent }).catch(() => null)
      const at = `${way} ${when} ${n}`
      // It was never on disk, and whoever asked for it got no answer: the agent stays.
      const isBegun = move !== null
      if (isBegun) await send(old, name, 'Meanwhile')
      const { phase, why } = isBegun ? await ended(old, agent) : { phase: 'done', why: '' }
      expect([at, phase, why]).toEqual([at, 'done', ''])
      expect([at, await livesOn(old, agent), await livesOn(fresh, agent)]).toEqual([at, !isBegun, isBegun])
      const home = isBegun ? fresh : old
      expect([at, ...(await previews(home, agent, isBegun ? 2 : 1))]).toEqual([
        at,
        'Before',
        ...(isBegun ? ['Meanwhile'] : []),
      ])
    }

    try {
      await pair(stable, mortal)
      const ids = { mortal: (await linked(stable, 'mortal')).id, stable: (await linked(mortal, 'stable')).id }
      await stable.call('grantNode', { id: ids.mortal, role: 'operator' })
      await mortal.call('grantNode', { id: ids.stable, role: 'operator' })
      for (const point of pointsFrom(first)) if (!survived.has(point.way)) await runPoint(point, ids)
      process.stdout.write(`moving-crash: killed at ${deaths.length} points: ${deaths.join(', ')}\n`)
      expect([...survived].sort()).toEqual(['from', 'to'])
      expect(deaths.length).toBeGreaterThan(0)
    } finally {
      await mortal.kill()
      await stable.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
