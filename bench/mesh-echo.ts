// How long a key that is typed on one machine takes to show when its terminal is on another one.
import { eventually } from '../packages/server/test/mesh-machine.ts'
import { linked } from './mesh-stage.ts'
import { quantile } from './row.ts'
import { createAgents, pause, type Stage } from './stage.ts'
import { openViewer, read, until } from './viewer.ts'

const KEYSTROKES = 300

interface Way {
  from: Stage
  at: Stage
  link: 'linked' | 'relayed'
}

/** Lets the one type at the other; gives by how many ms it is slower there than at the machine itself, by quantile. */
export async function echoBeyondLocal({ from, at, link }: Way): Promise<(share: number) => number> {
  const [id = ''] = await createAgents(at, { count: 1, prefix: 'echo', program: 'cat', args: [] })
  const back = await linked(at, link)
  await at.client.grantNode({ id: back.id, role: 'operator' })
  const there = await linked(from, link)
  await eventually(async () => {
    const seen = (await from.client.listNodeAgents({})).find(({ node }) => node === there.id)
    return seen?.agents.some((agent) => agent.id === id)
  })
  const local = await echoTimes(at, id)
  const remote = await echoTimes(from, id)
  return (share) => quantile(remote, share) - quantile(local, share)
}

async function echoTimes(stage: Stage, id: string): Promise<number[]> {
  const viewer = await openViewer(stage)
  let shown = ''
  const reading = read(viewer, 1, { keep: false, onText: (text) => (shown += text) })
  viewer.open(1, id)
  await until(() => reading.epoch !== '', 'the terminal is open')
  await pause(500)
  const times: number[] = []
  for (let n = 0; n < KEYSTROKES; n++) {
    shown = ''
    const at = performance.now()
    viewer.type(1, 'x')
    while (!shown.includes('x')) await new Promise((resolve) => setImmediate(resolve))
    times.push(performance.now() - at)
    await pause(10)
  }
  viewer.close()
  return times
}
