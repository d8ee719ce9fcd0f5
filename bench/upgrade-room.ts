// The machines of a room, upgraded one after the other over real links.
import type { FleetUpgrade } from '@tutti/core'
import { eventually } from '../packages/server/test/mesh-machine.ts'
import { letIn, linked, openMachine } from './mesh-stage.ts'
import { atMost, exactly, type Row } from './row.ts'
import { DAEMON, pause, type Stage } from './stage.ts'
import { closed, packed, peerPlace } from './upgrade-stage.ts'

type Report = (row: Row) => void

export async function room(folder: string, report: Report): Promise<void> {
  const names = ['alpha', 'beta', 'gamma'] as const
  const stages: Stage[] = []
  try {
    for (const name of names) stages.push(await openMachine(name, { daemon: DAEMON, env: await peerPlace() }))
    const [alpha, beta, gamma] = stages
    if (!alpha || !beta || !gamma) throw new Error('three machines')
    for (const other of [beta, gamma]) {
      await letIn(alpha, other)
      await eventually(async () => (await other.client.listNodes()).some(({ link }) => link === 'linked'))
    }
    await linked(alpha)
    const own = (await alpha.client.listNodes()).find(({ link }) => link === 'self')?.id ?? ''
    await refusals(alpha, { folder, beta, own }, report)
    for (const other of [beta, gamma]) await other.client.grantNode({ id: own, role: 'admin' })
    await beta.client.trustReleaseKey({ key: own, name: 'alpha' })
    await stopsAtFirst(alpha, { folder, beta, gamma }, report)
    await gamma.client.trustReleaseKey({ key: own, name: 'alpha' })
    await allOfThem(alpha, { folder, stages }, report)
  } finally {
    for (const stage of stages) await closed(stage)
  }
}

/** Nothing is upgraded without a grant, nor under one that is less than admin; both are in the audit log there. */
async function refusals(
  alpha: Stage,
  { folder, beta, own }: { folder: string; beta: Stage; own: string },
  report: Report,
): Promise<void> {
  const body = await packed(alpha, folder, { version: '90.9.9' })
  const { digest } = await alpha.client.uploadRelease({}, { body })
  const there = (await alpha.client.listNodes()).find(({ name }) => name === 'beta')?.id ?? ''
  const whys: string[] = []
  for (const role of [null, 'operator'] as const) {
    if (role !== null) await beta.client.grantNode({ id: own, role })
    await alpha.client.upgradeNodes({ digest, nodes: [there] })
    const [member] = (await roomEnded(alpha, digest)).members
    whys.push(`${member?.phase}: ${member?.why}`)
  }
  const isRight = whys[0]?.includes('does not let you') === true && whys[1]?.includes('operator') === true
  report(exactly(`refused there: ${whys.join(' | ').slice(0, 150)}`, isRight ? 2 : 0, [2, 'refusals']))
  const { items } = await beta.client.listAudit({ act: 'upgradeMachine', outcome: 'refused' })
  report(exactly('refusals in the audit log there', items.length, [2, 'entries']))
}

async function roomEnded({ client }: Stage, digest: string): Promise<FleetUpgrade> {
  const deadline = performance.now() + 180_000
  while (performance.now() < deadline) {
    const job = await client.getRoomUpgrade({}).catch(() => null)
    if (job?.digest === digest && job.endedAt !== null) return job
    await pause(100)
  }
  throw new Error('the upgrade of the room did not end')
}

const phasesOf = ({ members }: FleetUpgrade): string =>
  members.map(({ name, phase, why }) => `${name} ${phase}${why && ` (${why.slice(0, 60)})`}`).join(', ')

/** The second machine trusts nobody: the first one is upgraded, it is refused there, and this one is left alone. */
async function stopsAtFirst(
  alpha: Stage,
  { folder, beta, gamma }: { folder: string; beta: Stage; gamma: Stage },
  report: Report,
): Promise<void> {
  const { digest } = await alpha.client.uploadRelease(
    {},
    { body: await packed(alpha, folder, { version: '91.0.0' }) },
  )
  const nodes = await alpha.client.listNodes()
  const order = ['beta', 'gamma', 'alpha'].flatMap(
    (name) => nodes.find((node) => node.name === name)?.id ?? [],
  )
  await alpha.client.upgradeNodes({ digest, nodes: order })
  const job = await roomEnded(alpha, digest)
  const isRight = job.members.map(({ phase }) => phase).join() === 'done,failed,skipped'
  report(exactly(`stops at the first that fails: ${phasesOf(job)}`, isRight ? 1 : 0, [1, 'stop']))
  const versions = await Promise.all(
    [alpha, beta, gamma].map(async ({ client }) => (await client.getHealth({})).version),
  )
  const isMixed = versions[1] === '91.0.0' && versions[0] === versions[2] && versions[0] !== '91.0.0'
  report(exactly(`versions are ${versions.join(', ')}`, isMixed ? 1 : 0, [1, 'picture']))
}

async function allOfThem(
  alpha: Stage,
  { folder, stages }: { folder: string; stages: readonly Stage[] },
  report: Report,
): Promise<void> {
  const { digest } = await alpha.client.uploadRelease(
    {},
    { body: await packed(alpha, folder, { version: '91.0.1' }) },
  )
  const begun = performance.now()
  await alpha.client.upgradeNodes({ digest })
  const job = await roomEnded(alpha, digest)
  report(
    atMost(`three machines one after the other: ${phasesOf(job)}`, (performance.now() - begun) / 1000, [
      120,
      's',
    ]),
  )
  const versions = await Promise.all(
    stages.map(({ client }) =>
      eventually(async () => (await client.getHealth({}).catch(() => null))?.version === '91.0.1'),
    ),
  )
  report(exactly('all of them run it', versions.filter(Boolean).length, [3, 'machines']))
  const audits = await Promise.all(
    stages.map(async ({ client }) => (await client.listAudit({ act: 'upgradeMachine' })).items.length > 0),
  )
  report(exactly('audited on each', audits.filter(Boolean).length, [3, 'machines']))
  const linkedAgain = await eventually(async () => {
    const nodes = await alpha.client.listNodes().catch(() => [])
    return nodes.filter(({ link }) => link === 'linked').length === 2
  })
  report(exactly('links up again', linkedAgain ? 2 : 0, [2, 'links']))
}
