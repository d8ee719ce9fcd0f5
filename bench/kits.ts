// A hundred agents at work and at rest: how late a change is seen, and what looking after them costs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentId, AttentionItem, LoggedEvent, StreamFrame } from '@tutti/core'
import { WebSocket } from 'ws'
import { countStarts } from './process-count.ts'
import { atLeast, atMost, median, quantile, type Part, type Row } from './row.ts'
import { createAgents, openStage, pause, type Stage } from './stage.ts'

const AGENTS = 100
const SPINNING = 20
const TYPED = 30
const IDLE_MS = 12_000
const WORK_MS = 16_000
// Each agent gets the next script so long after the one before.
const EACH_MS = 8000
// Six changes: at work, refused by the service, at work again, waiting for somebody, at rest.
const SCRIPT = '[[sleep: 900]] [[status: 429x1 | 1]] [[sleep: 600]] [[sh: npm test]]'
const SETTLE_MS = 5000
const DEADLINE_MS = 60_000
// What a program of the generic kit does that animates its title ten times a second and changes it in earnest every 5 s.
const SPINNER = `n=0; while :; do for s in ⠋ ⠙ ⠹ ⠸ ⠼; do printf '\\033]2;%s step %s\\007' $s $((n/50)); n=$((n+1)); sleep 0.1; done; done`

export const kits: Part = {
  name: 'kits',
  async run(report) {
    const starts = countStarts('tmux')
    const stage = await openStage({ env: starts.env })
    try {
      const ids = await createAgents(stage, {
        count: AGENTS,
        prefix: 'team',
        program: 'rehearsal',
        args: ['--scenario=quiet'],
      })
      const watch = await watchEvents(stage)
      await watch.until('all agents are idle', () => ids.every((id) => watch.stateOf(id) === 'idle'))
      await pause(SETTLE_MS)
      await atRest(stage, { report, starts: starts.count, label: `${AGENTS} idle agents` })
      await atWork(stage, ids, { report, watch })
      await atKeyboard(stage, ids.slice(0, TYPED), { report, watch })
      await spinning(stage, { report, starts: starts.count })
      watch.close()
    } finally {
      await stage.close()
      starts.close()
    }
  },
}

interface Costs {
  report(row: Row): void
  starts(): number
  label: string
}

/** What the daemon takes of one core, and how many tmux it starts. */
async function atRest(stage: Stage, { report, starts, label }: Costs): Promise<void> {
  const before = { cpuMs: cpuMs(stage.pid()), starts: starts(), at: performance.now() }
  await pause(IDLE_MS)
  const ms = performance.now() - before.at
  const share = ((cpuMs(stage.pid()) - before.cpuMs) / ms) * 100
  report(atMost(`${label}, daemon's share of one core`, share, [15, '%']))
  report(
    atMost(`${label}, tmux clients started`, ((starts() - before.starts) / ms) * 60_000, [10, 'a minute']),
  )
}

async function spinning(stage: Stage, { report, starts }: Omit<Costs, 'label'>): Promise<void> {
  const args = ['-c', SPINNER]
  await createAgents(stage, { count: SPINNING, prefix: 'spin', program: '/bin/sh', args })
  await pause(SETTLE_MS)
  const before = { starts: starts(), at: performance.now() }
  await pause(IDLE_MS)
  const perMinute = ((starts() - before.starts) / (performance.now() - before.at)) * 60_000
  const label = 'an agent whose title turns a spinner and changes 12 times a minute'
  report(atMost(`${label}, tmux clients started for it`, perMinute / SPINNING, [15, 'a minute']))
}

/** Every change of every agent, from the moment that its program states to the event at a client. */
async function atWork(
  stage: Stage,
  ids: readonly AgentId[],
  { report, watch }: { report(row: Row): void; watch: Watch },
): Promise<void> {
  const stop = answerAll(stage, watch)
  const begun = Date.now()
  const before = { cpuMs: cpuMs(stage.pid()), at: performance.now() }
  for (let round = 0; round * EACH_MS < WORK_MS; round++) {
    for (const id of ids) {
      await stage.client.sendPrompt({ id, text: SCRIPT })
      await pause(EACH_MS / ids.length - 1)
    }
  }
  const share = ((cpuMs(stage.pid()) - before.cpuMs) / (performance.now() - before.at)) * 100
  await pause(SETTLE_MS)
  await watch.until('all agents are idle again', () => ids.every((id) => watch.stateOf(id) === 'idle'))
  stop()
  const lags = ids.flatMap((id) => lagsOf(statesOf(stage, id, begun), watch.seen(id)))
  const label = `${AGENTS} agents at work`
  report(atLeast(`${label}, changes of their programs`, lags.length, [ids.length * 12, 'changes']))
  report(atMost(`${label}, from change to client, p50`, median(lags), [500, 'ms']))
  report(atMost(`${label}, from change to client, p95`, quantile(lags, 0.95), [1000, 'ms']))
  report(atMost(`${label}, daemon's share of one core`, share, [100, '%']))
}

/** A person who answers each dialog in its terminal: how long the queue still shows the question. */
async function atKeyboard(
  stage: Stage,
  ids: readonly AgentId[],
  { report, watch }: { report(row: Row): void; watch: Watch },
): Promise<void> {
  const typedAt = new Map<string, number>()
  const lags: number[] = []
  const stop = watch.onItem((item) => {
    const typed = typedAt.get(item.agentId)
    if (item.ask.kind !== 'approval') return
    if (item.receipt === 'stale' && typed !== undefined) lags.push(Date.now() - typed)
    if (item.receipt !== 'pending') return
    typedAt.set(item.agentId, Date.now())
    void stage.client.sendKeys({ id: item.agentId, text: '1' })
  })
  for (const id of ids) await stage.client.sendPrompt({ id, text: '[[sh: npm run lint]]' })
  await watch.until('all dialogs were answered', () => lags.length === ids.length)
  stop()
  const label = `${ids.length} dialogs answered at the keyboard, until the item is stale`
  report(atMost(`${label}, longest`, Math.max(...lags), [2000, 'ms']))
}

/** A person who allows everything, by the API. */
function answerAll(stage: Stage, watch: Watch): () => void {
  return watch.onItem((item) => {
    if (item.receipt !== 'pending') return
    const choice = item.ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')
    if (!choice) return
    const answer = { kind: 'choose' as const, choices: [[choice.key]] }
    stage.client
      .answerAttention({ id: item.id, version: item.version, answer })
      .catch((error: unknown) => console.error(`bench: not answered: ${String(error)}`))
  })
}

interface Shown {
  state: string
  since: number
  /** When the client had it. */
  at: number
}

interface Watch {
  stateOf(id: AgentId): string
  seen(id: AgentId): readonly Shown[]
  onItem(listener: (item: AttentionItem) => void): () => void
  until(what: string, isSo: () => boolean): Promise<void>
  close(): void
}

async function watchEvents(stage: Stage): Promise<Watch> {
  const shown = new Map<AgentId, Shown[]>()
  let asked: (item: AttentionItem) => void = () => {}
  const take = (event: LoggedEvent) => {
    if (event.type === 'attention.changed') asked(event.data)
    if (event.type !== 'agent.changed') return
    const { id, status } = event.data
    const all = shown.get(id) ?? []
    shown.set(id, all)
    const last = all.at(-1)
    if (last?.state === status.state && last.since === status.since) return
    all.push({ state: status.state, since: status.since, at: Date.now() })
  }
  const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/v1/stream`, {
    headers: { authorization: `Bearer ${stage.token()}` },
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) return
    // The daemon under measurement is our own.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const frame = JSON.parse(data.toString()) as StreamFrame
    if ('event' in frame) take(frame.event)
  })
  for (const agent of await stage.client.listAgents({})) {
    const { state, since } = agent.status
    if (!shown.has(agent.id)) shown.set(agent.id, [{ state, since, at: Date.now() }])
  }
  return {
    stateOf: (id) => shown.get(id)?.at(-1)?.state ?? '',
    seen: (id) => shown.get(id) ?? [],
    onItem(listener) {
      asked = listener
      return () => (asked = () => {})
    },
    async until(what, isSo) {
      const end = performance.now() + DEADLINE_MS
      while (!isSo()) {
        if (performance.now() > end) throw new Error(`not so within ${DEADLINE_MS} ms: ${what}`)
        await pause(50)
      }
    },
    close: () => socket.close(),
  }
}

/** What the program itself wrote down, from a time on. */
function statesOf(stage: Stage, id: AgentId, from: number): { state: string; at: number }[] {
  const lines = readFileSync(join(stage.folder, 'run/kits', id, 'state.jsonl'), 'utf8')
    .trim()
    .split('\n')
  // Lines of our own program.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const all = lines.map((line) => JSON.parse(line) as { state: string; at: number })
  return all.filter(({ at }, index) => at >= from && all[index - 1]?.state !== all[index]?.state)
}

/** Until the client showed that state or a later one: what is over before it is shown was shown late enough. */
const lagsOf = (states: readonly { at: number }[], seen: readonly Shown[]): number[] =>
  states.map(({ at }) => (seen.find(({ since }) => since >= at)?.at ?? Number.POSITIVE_INFINITY) - at)

// In ticks of 10 ms, of all threads.
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
