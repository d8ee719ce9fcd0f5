// Terminals under load: echo, floods, joins, reconnects, a viewer that never reads, and a killed daemon.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { catRatio, joins, reconnects, sequence } from './floods.ts'
import { atMost, exactly, quantile, type Part, type Row } from './row.ts'
import { createAgents, openStage, pause, residentMB, type Stage } from './stage.ts'
import { openViewer, read, until, type Viewer } from './viewer.ts'

const KEYSTROKES = 500
const FLOODS = 10
const SURVIVORS = 50
const FLOOD_ARGS = ['-c', 'while :; do seq 1 100000; done']

export const terminals: Part = {
  name: 'terminals',
  async run(report) {
    for (const measure of [echoes, sequence, catRatio, joins, reconnects, neverReads, survivors]) {
      const stage = await openStage()
      try {
        await measure(stage, report)
      } finally {
        await stage.close()
      }
    }
  },
}

async function echoes(stage: Stage, report: (row: Row) => void): Promise<void> {
  const [id = ''] = await createAgents(stage, { count: 1, prefix: 'echo', program: 'cat', args: [] })
  const viewer = await openViewer(stage)
  const idle = await echoTimes(viewer, id)
  report(atMost('keystroke echo, idle, p50', quantile(idle, 0.5), [2, 'ms']))
  report(atMost('keystroke echo, idle, p99', quantile(idle, 0.99), [6, 'ms']))

  const floods = await createAgents(stage, {
    count: FLOODS,
    prefix: 'flood',
    program: 'sh',
    args: FLOOD_ARGS,
  })
  const watcher = await watchElsewhere(stage, floods)
  await pause(3000) // the burst is over and flood control has settled
  const busy = await echoTimes(viewer, id)
  report(atMost(`keystroke echo beside ${FLOODS} watched floods, p50`, quantile(busy, 0.5), [4, 'ms']))
  report(atMost(`keystroke echo beside ${FLOODS} watched floods, p99`, quantile(busy, 0.99), [25, 'ms']))
  watcher.terminate()
  viewer.close()
}

let nextChannel = 1

async function echoTimes(viewer: Viewer, agentId: string): Promise<number[]> {
  const channel = nextChannel++
  let echoed: (() => void) | null = null
  const reading = read(viewer, channel, { keep: false, onText: () => echoed?.() })
  viewer.open(channel, agentId)
  await until(() => reading.snapshots > 0, 'the first screen')
  await pause(300)
  const times: number[] = []
  for (let i = 0; i < KEYSTROKES; i++) {
    const seen = new Promise<void>((resolve) => (echoed = resolve))
    const begun = performance.now()
    viewer.type(channel, i % 60 === 59 ? '\r' : 'k')
    await seen
    times.push(performance.now() - begun)
    await pause(8 + (i % 7))
  }
  return times
}

/** Watches the agents in a thread of its own, so that reading them does not delay the clock here. */
async function watchElsewhere(stage: Stage, ids: string[]): Promise<{ terminate(): void }> {
  const { fork } = await import('node:child_process')
  const child = fork(join(import.meta.dirname, 'watcher.ts'), [stage.url, stage.token(), ...ids])
  await new Promise((resolve) => child.once('message', resolve))
  return { terminate: () => void child.kill() }
}

async function neverReads(stage: Stage, report: (row: Row) => void): Promise<void> {
  const [id = ''] = await createAgents(stage, { count: 1, prefix: 'greedy', program: 'sh', args: FLOOD_ARGS })
  await pause(2000)
  const before = residentMB(stage.pid())
  const viewer = await openViewer(stage)
  viewer.open(1, id)
  viewer.socket.pause()
  let peak = before
  for (let i = 0; i < 80; i++) {
    // Credit without reading is the worst that a viewer can do.
    viewer.credit(1, 1_000_000)
    await pause(100)
    peak = Math.max(peak, residentMB(stage.pid()))
  }
  report(atMost('a viewer that never reads for 8 s: memory growth', peak - before, [64, 'MB']))
  viewer.socket.terminate()
}

async function survivors(stage: Stage, report: (row: Row) => void): Promise<void> {
  await createAgents(stage, { count: SURVIVORS, prefix: 'survivor', program: 'cat', args: [] })
  const pids = panePids(stage)
  await stage.kill()
  report(
    exactly(`sessions alive after kill -9 of the daemon, of ${SURVIVORS}`, pids.filter(isAlive).length, [
      SURVIVORS,
      'sessions',
    ]),
  )
  const begun = performance.now()
  await stage.start()
  let back = 0
  while (back < SURVIVORS && performance.now() - begun < 30_000) {
    back = (await stage.client.listAgents({})).filter((agent) => agent.session).length
  }
  report(atMost('all of them back after a restart', (performance.now() - begun) / 1000, [3, 's']))
  report(
    exactly('the same processes after it', panePids(stage).filter((pid) => pids.includes(pid)).length, [
      SURVIVORS,
      'sessions',
    ]),
  )
}

/** Process ids of the programs in all sessions of the stage, asked of tmux itself. */
function panePids(stage: Stage): number[] {
  return sockets(join(stage.folder, 'run')).flatMap((socket) =>
    execFileSync('tmux', ['-S', socket, 'list-panes', '-a', '-F', '#{pane_pid}'], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number),
  )
}

const sockets = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSocket())
    .map((entry) => join(entry.parentPath, entry.name))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // ESRCH: gone
  }
}
