// Fifty machines on this one, each linked with each: how soon all know the same, and what a link costs that has nothing to say.
// In a network of its own nothing else is counted: `unshare -n sh -c 'ip link set lo up; npm run bench -- --only mesh-many'`.
import { readFileSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { letIn, openMachine } from './mesh-stage.ts'
import { atMost, median, type Part, type Row } from './row.ts'
import { freePort, pause, residentMB, type Stage } from './stage.ts'

const MACHINES = Number(process.env['TUTTI_BENCH_NODES'] ?? 50)
const IDLE_MS = 60_000
const SETTLE_MS = 10_000
const TRIES = 5
const DEADLINE_MS = 120_000
const LOOK_MS = 100

export const meshMany: Part = {
  name: 'mesh-many',
  isAskedFor: true,
  async run(report) {
    const stages: Stage[] = []
    try {
      for (let n = 0; n < MACHINES; n++) stages.push(await aMachine(n))
      const alone = median(stages.map(({ pid }) => residentMB(pid())))
      const [first, second, ...others] = stages
      if (!first || !second) return
      await letIn(first, second)
      await pause(SETTLE_MS)
      const oneLink = median([first, second].map(({ pid }) => residentMB(pid())))
      report(atMost('resident memory of the mesh with one link', oneLink - alone, [25, 'MB']))
      for (const [n, stage] of others.entries()) {
        // One after the other, as people would: each is there before the next one comes.
        await all([first], (each) => isLinkedWith(each, n + 1))
        await letInPatiently(first, stage)
      }
      const joined = performance.now()
      await all(stages, (stage) => isLinkedWith(stage, MACHINES - 1))
      report(seconds(`${MACHINES} machines, each linked with each after the last joined`, joined))
      await anAgentMore(stages, report)
      await atRest(stages, { oneLink, report })
    } finally {
      for (const stage of stages) await stage.close()
    }
  },
}

const isLinkedWith = async ({ client }: Stage, others: number): Promise<boolean> => {
  const nodes = await client.listNodes({})
  return nodes.filter(({ link }) => link === 'linked').length >= others
}

/** Fifty daemons share the processors of this machine, and all hear of each that joins: some time it is too slow to answer. */
async function letInPatiently(inviter: Stage, joiner: Stage): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await letIn(inviter, joiner)
    } catch (error) {
      if (tries === TRIES) throw error
      console.error(`  join again: ${String(error)}`)
      await pause(SETTLE_MS)
    }
  }
}

async function aMachine(n: number): Promise<Stage> {
  const port = await freePort()
  return openMachine(`box-${n}`, {
    env: {
      TUTTI_PEER_HOST: '127.0.0.1',
      TUTTI_PEER_PORT: `${port}`,
      TUTTI_PEER_NAMES: `127.0.0.1:${port}`,
    },
  })
}

const seconds = (what: string, since: number): Row =>
  atMost(what, (performance.now() - since) / 1000, [10, 's'])

/** Looks at one after the other until it holds for each. */
async function all(stages: readonly Stage[], holds: (stage: Stage) => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  for (const [n, stage] of stages.entries()) {
    while (!(await holds(stage))) {
      if (performance.now() > deadline)
        throw new Error(`machine ${n} does not know it after ${DEADLINE_MS} ms`)
      await after(LOOK_MS)
    }
  }
}

async function anAgentMore(stages: readonly Stage[], report: (row: Row) => void): Promise<void> {
  const [home, ...others] = stages.toReversed()
  if (!home) return
  await home.client.createAgent({ name: 'newcomer', folder: '/tmp', program: 'cat', wake: false })
  const created = performance.now()
  const name = `box-${MACHINES - 1}`
  await all(others, async ({ client }) => {
    const nodes = await client.listNodes({})
    return nodes.some((node) => node.name === name && node.agents > 0)
  })
  report(seconds(`${MACHINES} machines, a new agent of one known to all`, created))
}

async function atRest(
  stages: readonly Stage[],
  { oneLink, report }: { oneLink: number; report(row: Row): void },
): Promise<void> {
  await pause(IDLE_MS)
  const before = loopbackBytes()
  await pause(IDLE_MS)
  const links = (MACHINES * (MACHINES - 1)) / 2
  const perSecond = (loopbackBytes() - before) / links / (IDLE_MS / 1000)
  report(atMost('bytes of an idle link, both directions', perSecond, [200, 'bytes/s']))
  const memory = median(stages.map(({ pid }) => residentMB(pid())))
  report(atMost('resident memory of a link, at one end', (memory - oneLink) / (MACHINES - 2), [1, 'MB']))
}

/** What went over loopback since the machine started; on a quiet machine it is the links' traffic. */
function loopbackBytes(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'))
  return Number(line?.[1] ?? Number.NaN)
}
