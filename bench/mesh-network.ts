// Three machines on a bad network: mail goes on through partitions, loss, delay, one-way cuts, a kill -9 and a clock that is an hour
// behind. All of it must be there, once and in order, half a minute after the network has healed.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { AgentId } from '@tutti/core'
import { chanceOf } from '../packages/core/src/mesh/simulator/chance.ts'
import { eventually } from '../packages/server/test/mesh-machine.ts'
import { letIn, openMachine } from './mesh-stage.ts'
import { openNetwork, whyNoNetwork, type Attempt, type Fault, type Network } from './network.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from './row.ts'
import { pause, ROOT, type Stage } from './stage.ts'

const MACHINES = ['alpha', 'beta', 'gamma']
const BEHIND_MS = -3_600_000
const EVERY_MS = 400
const PEER_PORT = 4748
const SEED = 20_261
const TMP = '/tmp'

interface Machine {
  stage: Stage
  name: string
  reader: AgentId
}

/** What the network, or one of the machines, goes through. */
interface Trial {
  what: string
  ms: number
  fault(from: number, to: number): Fault
  midway?(machines: readonly Machine[]): Promise<void>
}

const [ALPHA, BETA, GAMMA] = [0, 1, 2]

const TRIALS: Trial[] = [
  {
    what: 'gamma alone for 60 s, and killed meanwhile',
    ms: 60_000,
    fault: (from, to) => ({ cut: from === GAMMA || to === GAMMA }),
    midway: async ([, , gamma]) => {
      await gamma?.stage.kill()
      await gamma?.stage.start()
    },
  },
  { what: '20 % of packets lost, 200 ms', ms: 30_000, fault: () => ({ loss: 0.2, delayMs: 200 }) },
  {
    what: 'alpha to beta cut one way',
    ms: 30_000,
    fault: (from, to) => ({ cut: from === ALPHA && to === BETA }),
  },
]

export const meshNetwork: Part = {
  name: 'mesh-network',
  isAskedFor: true,
  async run(report) {
    const why = whyNoNetwork()
    if (why !== null) {
      report(notMeasured('mail between three machines on a bad network', why))
      return
    }
    const network = await openNetwork(MACHINES.length, chanceOf(SEED))
    const machines: Machine[] = []
    try {
      for (const [i, name] of MACHINES.entries()) machines.push(await aMachine(network, { i, name }))
      await together(machines)
      const joined = performance.now()
      for (const trial of TRIALS) await go(trial, { machines, network, report })
      report(mostAttempts(network.attempts().filter(({ atMs }) => atMs > joined)))
    } finally {
      for (const { stage } of machines) await stage.close()
      network.close()
    }
  },
}

async function aMachine(network: Network, { i, name }: { i: number; name: string }): Promise<Machine> {
  const host = network.hosts[i]
  if (!host) throw new Error(`there is no host ${i}`)
  const skewed = {
    NODE_OPTIONS: `--import=${join(ROOT, 'bench/skewed-clock.ts')}`,
    CLOCK_SKEW_MS: `${BEHIND_MS}`,
  }
  const stage = await openMachine(name, {
    host,
    env: {
      TUTTI_PEER_HOST: host.address,
      TUTTI_PEER_PORT: `${PEER_PORT}`,
      TUTTI_PEER_NAMES: `${host.address}:${PEER_PORT}`,
      ...(i === GAMMA ? skewed : {}),
    },
  })
  const reader = await stage.client.createAgent({
    name: `reader-${name}`,
    folder: TMP,
    program: 'cat',
    wake: false,
  })
  return { stage, name, reader: reader.id }
}

/** The first one invites the others; all know each other's readers afterwards. */
async function together(machines: readonly Machine[]): Promise<void> {
  const [first, ...others] = machines.map(({ stage }) => stage)
  for (const other of others) if (first) await letIn(first, other)
  for (const lane of ways(machines)) await eventually(() => send(lane, 'hello').catch(() => null))
}

interface Lane {
  from: Machine
  to: Machine
}

const ways = (machines: readonly Machine[]): Lane[] =>
  machines.flatMap((from) => machines.filter((to) => to !== from).map((to) => ({ from, to })))

const send = ({ from, to }: Lane, text: string, id?: string) =>
  from.stage.client.sendMessage({ to: `reader-${to.name}@${to.name}`, text, ...(id ? { id } : {}) })

interface Around {
  machines: readonly Machine[]
  network: Network
  report(row: Row): void
}

/** Everybody writes to everybody while it lasts; counted is what a machine has accepted. */
async function go(trial: Trial, { machines, network, report }: Around): Promise<void> {
  const accepted = new Map<string, number>()
  const writes = async (lane: Lane, until: number) => {
    const way = `${trial.what}: ${lane.from.name} to ${lane.to.name}`
    for (let n = 0; performance.now() < until; n++) {
      // A machine that is down takes nothing; what it may have taken while it died is asked for again under the same id.
      const id = `msg_${Date.now()}_${randomUUID().slice(-12)}`
      await eventually(() => send(lane, `${way} ${n}`, id).catch(() => null))
      accepted.set(way, n + 1)
      await pause(EVERY_MS)
    }
  }
  network.fault(trial.fault)
  const until = performance.now() + trial.ms
  const writing = Promise.all(ways(machines).map((lane) => writes(lane, until)))
  writing.catch(() => undefined) // heard below: nobody waits for it yet, and the network is to be closed whatever happens
  await pause(trial.ms / 2)
  await trial.midway?.(machines)
  await writing
  network.fault(() => ({}))
  const healed = performance.now()
  const wrong = () => Promise.all(machines.map((machine) => wrongIn(machine, accepted)))
  let lacking = Infinity
  while (lacking > 0 && performance.now() - healed < 60_000) {
    lacking = (await wrong()).reduce((sum, n) => sum + n, 0)
    await pause(50)
  }
  const seconds = (performance.now() - healed) / 1000
  const all = [...accepted.values()].reduce((sum, n) => sum + n, 0)
  report(exactly(`${trial.what}: of ${all} lost, doubled or out of order`, lacking, [0, '']))
  report(atMost(`${trial.what}: all there after healing`, seconds, [30, 's']))
}

/** How many messages of the ways that lead to it are missing, there twice, or not in order. */
async function wrongIn(
  { stage, name, reader }: Machine,
  accepted: ReadonlyMap<string, number>,
): Promise<number> {
  const texts = await inbox(stage, reader)
  let wrong = 0
  for (const [way, count] of accepted) {
    if (!way.endsWith(` to ${name}`)) continue
    const came = texts.filter((text) => text.startsWith(`${way} `))
    const inOrder = came.filter((text, n) => text === `${way} ${n}`).length
    wrong += Math.max(count, came.length) - inOrder
  }
  return wrong
}

async function inbox({ client }: Stage, mailbox: AgentId): Promise<string[]> {
  const texts: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await client.listMessages({ mailbox, limit: 200, ...(cursor ? { cursor } : {}) })
    texts.push(...page.items.map(({ preview }) => preview))
    cursor = page.next
  } while (cursor)
  return texts.toReversed()
}

/** The most connections that one machine opened to another one within any second. */
function mostAttempts(attempts: readonly Attempt[]): Row {
  const byWay = Map.groupBy(attempts, ({ from, to }) => `${from} ${to}`)
  const most = Math.max(0, ...[...byWay.values()].map(mostInASecond))
  return atMost('attempts of one machine to reach another one, most in any second', most, [1, ''])
}

function mostInASecond(attempts: readonly Attempt[]): number {
  let [most, begin] = [0, 0]
  for (const [end, { atMs }] of attempts.entries()) {
    // A clock ticks; a hair less than a second apart is a second apart.
    while (atMs - (attempts[begin]?.atMs ?? 0) >= 990) begin++
    most = Math.max(most, end - begin + 1)
  }
  return most
}
