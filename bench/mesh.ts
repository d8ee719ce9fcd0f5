// The mesh between two real daemons: mail, terminals, a cut wire, kill -9; and what the log and hostile peers cost.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signEntry, type Entry } from '@tutti/protocol'
import { WebSocket } from 'ws'
import { aMesh, aPuppet, mutations } from '../packages/server/src/mesh/test-support.ts'
import { eventually, inboxOf, pair, startMachine } from '../packages/server/test/mesh-machine.ts'
import { aWire, type Wire } from '../packages/server/test/wire.ts'
import { echoBeyondLocal } from './mesh-echo.ts'
import { linked, letIn, openMachine } from './mesh-stage.ts'
import { atLeast, atMost, exactly, quantile, type Part, type Row } from './row.ts'
import { createAgents, freePort, pause, type Stage } from './stage.ts'
import { openViewer, read, until } from './viewer.ts'

const MESSAGES = 1000
const EVERY_MS = 10
const MUTATED = 20_000
const ENTRIES = 800
const PER_ENTRY = 64

export const mesh: Part = {
  name: 'mesh',
  async run(report) {
    await sharedLog(report)
    await hostile(report)
    await betweenTwo(report)
    await throughKill(report)
  },
}

interface Two {
  alpha: Stage
  beta: Stage
  wires: Wire[]
}

async function betweenTwo(report: (row: Row) => void): Promise<void> {
  const two = await openTwo()
  try {
    const begun = performance.now()
    await join2(two)
    report(atMost('join to linked', (performance.now() - begun) / 1000, [10, 's']))
    await mail(two, report)
    await echoes(two, report)
    await heals(two, report)
  } finally {
    await two.alpha.close()
    await two.beta.close()
    for (const wire of two.wires) wire.close()
  }
}

async function openTwo(): Promise<Two> {
  const ports = [await freePort(), await freePort()]
  const wires = await Promise.all(ports.map(aWire))
  const machine = (i: number, name: string): Promise<Stage> =>
    openMachine(name, {
      env: {
        TUTTI_PEER_HOST: '127.0.0.1',
        TUTTI_PEER_PORT: String(ports[i]),
        TUTTI_PEER_NAMES: `127.0.0.1:${wires[i]?.port}`,
      },
    })
  return { alpha: await machine(0, 'alpha'), beta: await machine(1, 'beta'), wires }
}

async function join2({ alpha, beta }: Two): Promise<void> {
  await letIn(alpha, beta)
  await linked(alpha)
  await linked(beta)
}

/** From the call that sends to the event that tells the other machine's clients: durable at both ends by then. */
async function mail({ alpha, beta }: Two, report: (row: Row) => void): Promise<void> {
  await beta.client.createAgent({ name: 'reader', folder: tmpdir(), program: 'cat', wake: false })
  const to = 'reader@beta'
  await eventually(() => alpha.client.sendMessage({ to, text: 'first' }).catch(() => null))
  const came = new Map<string, number>()
  const stream = await eventStream(beta, (event) => {
    if (event.type === 'message.created') came.set(event.subject, performance.now())
  })
  const sent = new Map<string, number>()
  const sends: Promise<void>[] = []
  const one = async (n: number) => {
    const at = performance.now()
    const { messages } = await alpha.client.sendMessage({ to, text: `Message ${n}` })
    for (const { id } of messages) sent.set(id, at)
  }
  for (let n = 0; n < MESSAGES; n++) {
    sends.push(one(n))
    await pause(EVERY_MS)
  }
  await Promise.all(sends)
  await until(() => [...sent.keys()].every((id) => came.has(id)), 'all mail has come')
  stream.close()
  const times = [...sent].map(([id, at]) => (came.get(id) ?? Infinity) - at)
  report(atMost('mail to the other machine at 100/s, p50', quantile(times, 0.5), [10, 'ms']))
  report(atMost('mail to the other machine at 100/s, p99', quantile(times, 0.99), [25, 'ms']))
}

async function eventStream(
  stage: Stage,
  hear: (event: { type: string; subject: string }) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/v1/stream`, {
    headers: { authorization: `Bearer ${stage.token()}` },
  })
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) return
    const frame = JSON.parse(data.toString()) as { event?: { type: string; subject: string } }
    if (frame.event) hear(frame.event)
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

async function echoes({ alpha, beta }: Two, report: (row: Row) => void): Promise<void> {
  const more = await echoBeyondLocal({ from: alpha, at: beta, link: 'linked' })
  report(atMost('keystroke echo over the link, more than local, p50', more(0.5), [5, 'ms']))
  report(atMost('keystroke echo over the link, more than local, p99', more(0.99), [10, 'ms']))
}

/** From the wire's healing to the link, seen from one machine; and a terminal through a cut of 30 s. */
async function heals({ alpha, beta, wires }: Two, report: (row: Row) => void): Promise<void> {
  const [id = ''] = await createAgents(beta, {
    count: 1,
    prefix: 'clock',
    program: 'sh',
    args: ['-c', COUNT],
  })
  await eventually(async () => (await alpha.client.listNodes()).some(({ agents }) => agents > 2))
  const viewer = await openViewer(alpha)
  const reading = read(viewer, 2, { keep: true })
  viewer.open(2, id)
  await until(() => reading.text.includes('n5 '), 'the terminal counts')
  for (const wire of wires) wire.cut()
  await pause(30_000)
  for (const wire of wires) wire.heal()
  const begun = performance.now()
  await linked(alpha)
  report(atMost('link again after the wire healed', (performance.now() - begun) / 1000, [3, 's']))
  const last = Number(/.*n(\d+) /s.exec(reading.text)?.[1] ?? 0)
  await until(() => reading.text.includes(`n${last + 200} `), 'the terminal counts on')
  const numbers = [...reading.text.matchAll(/n(\d+) /g)].map(([, n]) => Number(n))
  const wrong = numbers.filter((n, i) => i > 0 && n !== (numbers[i - 1] ?? 0) + 1).length
  report(
    exactly('numbers lost or doubled in a terminal through a cut of 30 s', wrong + reading.gaps, [0, '']),
  )
  viewer.close()
}

const COUNT = 'i=0; while :; do i=$((i+1)); printf "n%s " $i; sleep 0.1; done'
const EACH_WAY = 150

async function throughKill(report: (row: Row) => void): Promise<void> {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'tutti-mesh-')))
  const place = (i: number, name: string) => ({ folder: folders[i] ?? '', name, agent: `box-${name}` })
  const near = await startMachine(place(0, 'near'))
  let far = await startMachine(place(1, 'far'))
  await pair(near, far)
  const send = (from: typeof near, to: string, text: string) => from.call('sendMessage', { to, text })
  await eventually(() => send(near, 'box-far@far', 'down 0').catch(() => null))
  await eventually(() => send(far, 'box-near@near', 'up 0').catch(() => null))
  for (let n = 1; n <= EACH_WAY; n++) {
    await Promise.all([send(near, 'box-far@far', `down ${n}`), send(far, 'box-near@near', `up ${n}`)])
    if (n % 50 !== 25) continue
    await far.kill()
    far = await startMachine(place(1, 'far'))
  }
  const all = async (at: typeof near, way: string) => {
    const inbox = await eventually(async () => {
      const found = await inboxOf(at, at.agentId)
      return found.length > EACH_WAY && found
    })
    return inbox.filter(({ preview }, i) => preview !== `${way} ${i}`).length + (inbox.length - EACH_WAY - 1)
  }
  const wrong = (await all(far, 'down')) + (await all(near, 'up'))
  report(exactly('messages lost, doubled or out of order through 3 kills of one side', wrong, [0, '']))
  await near.kill()
  await far.kill()
  for (const folder of folders) rmSync(folder, { recursive: true })
}

/** Entries of a member, each of 64 operations: signatures checked, on disk, applied. */
async function sharedLog(report: (row: Row) => void): Promise<void> {
  const lone = await aMesh()
  const puppet = aPuppet(lone)
  const stream = `${puppet.identity.id}/1` as const
  const entries: Entry[] = Array.from({ length: ENTRIES }, (_, n) => {
    const at = `${(1_700_000_000_000 + n).toString(16).padStart(12, '0')}-00000000`
    const ops = Array.from({ length: PER_ENTRY }, (_op, i) => ({
      kind: 'task',
      id: `task-${(n * PER_ENTRY + i) % 5000}`,
      field: `f${i % 5}`,
      value: `value ${n} ${i}`,
      over: null,
    }))
    return signEntry({ stream, seq: n + 1, at, by: 'ada', ops }, puppet.identity.sign)
  })
  const begun = performance.now()
  for (let at = 0; at < ENTRIES; at += 8) {
    const some = entries.slice(at, at + 8)
    puppet.tell({ t: 'parts', parts: [{ stream, from: at, upto: at + some.length, entries: some }] })
    if (at % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await until(
    () => lone.mesh.runtime.node().state.log.streams.get(stream)?.have === ENTRIES,
    'the log has all',
  )
  await lone.mesh.runtime.settled()
  const perSecond = (ENTRIES * PER_ENTRY * 1000) / (performance.now() - begun)
  report(atLeast('operations of the shared log applied, 64 an entry', perSecond, [20_000, '/s']))
  await lone.close()
}

async function hostile(report: (row: Row) => void): Promise<void> {
  const lone = await aMesh()
  const [rogue, honest] = [aPuppet(lone), aPuppet(lone)]
  const seed = { at: 7 }
  const attacks = mutations(rogue, () => (seed.at = (seed.at * 16_807) % 2_147_483_647) / 2_147_483_647)
  let longest = 0
  const before = process.cpuUsage()
  for (let n = 0; n < MUTATED; n++) {
    const begun = performance.now()
    attacks.next().value()
    longest = Math.max(longest, performance.now() - begun)
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await lone.mesh.runtime.settled()
  const { user, system } = process.cpuUsage(before)
  report(atMost(`${MUTATED} mutated frames of a member, the longest of them`, longest, [1000, 'ms']))
  report(atMost('CPU of a mutated frame, mean', (user + system) / 1000 / MUTATED, [5, 'ms']))
  report(exactly('links of others that are up after it', honest.isUp() ? 1 : 0, [1, '']))
  await lone.close()
}
