// Mail: how fast it is sent and durable, how fast a full mailbox answers, and what a crash takes back.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentId } from '@tutti/core'
import { checkMail, mailKills, mailUntilCut, type MailVerdict } from '../packages/server/test/mail-ledger.ts'
import { anOffice } from '../packages/server/src/messages/test-support.ts'
import { floor } from './floor.ts'
import { openLetterBox } from './messages-sender.ts'
import { inFolder, mayCutPower, powerCut } from './power-cut.ts'
import { asIs, atLeast, atMost, exactly, median, notMeasured, quantile, type Part, type Row } from './row.ts'
import { DAEMON, ROOT, openStage, pause, type Stage } from './stage.ts'

const ONE_AT_A_TIME = 400
const AT_ONCE = 32
const BURST = 4000
// As many as the engine needs to have compiled what runs: a letter costs the daemon 430 us after 500, and 340 after these.
const WARM = 500
const WARM_AT_ONCE = 3000
const FULL = 100_000
const BATCH = 200
// Of fewer the slowest hundredth is the slowest, which the machine decides; the first compile what runs.
const ASKED = 300
const WARM_ASKS = 30
const KILLS = Number(process.env['TUTTI_BENCH_KILLS'] ?? '100')
const FUZZED = Number(process.env['TUTTI_BENCH_FUZZ'] ?? '20000')
const CUTS = Number(process.env['TUTTI_BENCH_CUTS'] ?? '30')

export const messages: Part = {
  name: 'messages',
  async run(report) {
    // Unbuilt sources run as well; what is shipped is the bundle.
    const daemon = existsSync(DAEMON) ? DAEMON : join(ROOT, 'packages/server/src/daemon.ts')
    const stage = await openStage({ daemon })
    try {
      await floor(report)
      await sending(stage, report)
    } finally {
      await stage.close()
    }
    await fullMailbox(report)
    await kills(report)
    await powerCuts(report)
    report(fuzzed())
  },
}

async function sending(stage: Stage, report: (row: Row) => void): Promise<void> {
  const { client } = stage
  const { post, close } = openLetterBox(stage)
  const { code } = await client.renewSetup()
  await client.createOwner({ code, name: 'ada', password: 'correct horse battery' })
  const sleeping = Array.from({ length: AT_ONCE }, (_, n) => `asleep-${n}`)
  for (const name of sleeping) await mailbox(stage, name, 'true')
  await mailbox(stage, 'awake', 'cat')
  await resting(stage, sleeping)
  const send = (to: string, n: number) => timed(() => post({ to, text: `Message ${n} of the bench` }))
  for (let n = 0; n < WARM; n++) await send(n % 2 ? 'asleep-0' : 'awake', n)
  await atOnce(sleeping, WARM_AT_ONCE, send)

  // In turn, so that both meet the same machine.
  const alone: number[] = []
  const awake: number[] = []
  for (let n = 0; n < ONE_AT_A_TIME; n++) {
    alone.push(await send('asleep-0', n))
    awake.push(await send('awake', n))
  }
  const rate = (ONE_AT_A_TIME * 1000) / alone.reduce((sum, ms) => sum + ms, 0)
  report(atLeast('send, one at a time, fsynced', rate, [400, '/s']))
  report(asIs('send, one at a time, median', median(alone), 'ms'))
  const ratio = median(awake) / median(alone)
  report(atMost('send to an awake recipient, as part of one to a sleeping one', ratio, [1.25, '']))

  const burst = performance.now()
  const together = await atOnce(sleeping, BURST, send)
  report(atLeast(`send, ${AT_ONCE} at once, fsynced`, perSecond(together.length, burst), [1500, '/s']))
  report(atMost(`send p99, ${AT_ONCE} at once`, quantile(together, 0.99), [50, 'ms']))

  const twice = { to: 'asleep-0', text: 'Once', key: 'the same' }
  const same = await Promise.all([
    client.sendMessage(twice),
    client.sendMessage(twice),
    client.sendMessage(twice),
  ])
  close()
  const ids = new Set(same.flatMap((answer) => answer.messages.map(({ id }) => id)))
  report(exactly('the same request three times', ids.size, [1, 'messages']))
}

/** So many letters, one under way to each recipient. */
async function atOnce(
  names: readonly string[],
  count: number,
  send: (to: string, n: number) => Promise<number>,
): Promise<number[]> {
  const samples: number[] = []
  let next = 0
  await Promise.all(
    names.map(async (name) => {
      while (next++ < count) samples.push(await send(name, next))
    }),
  )
  return samples
}

const mailbox = (stage: Stage, name: string, program: 'cat' | 'true') =>
  stage.client.createAgent({ name, folder: tmpdir(), program, wake: true })

/** Waits until the programs have ended by themselves: mail does not start those again. */
async function resting({ client }: Stage, names: readonly string[]): Promise<void> {
  const deadline = performance.now() + 60_000
  while ((await client.listAgents({})).some(({ name, session }) => names.includes(name) && session)) {
    if (performance.now() > deadline) throw new Error('a program that ends at once still runs')
    await pause(50)
  }
}

/** A mailbox of 100,000, asked through the operations themselves. */
async function fullMailbox(report: (row: Row) => void): Promise<void> {
  const office = await anOffice()
  try {
    const [alice, bob] = [await office.agent('alice'), await office.agent('bob')]
    await fill(office, alice, bob)
    const { handlers } = office.messages
    const asBob = office.as(bob)
    const listing = { box: 'inbox', unread: true, order: 'delivery', limit: 50 } as const
    const first = await times(async () => {
      await handlers.getMailbox({}, asBob)
      await handlers.listMessages(listing, asBob)
    })
    report(asIs(`unread count and first page at ${FULL}, median`, median(first), 'ms'))
    report(atMost(`unread count and first page at ${FULL}, p99`, quantile(first, 0.99), [5, 'ms']))
    const words = ['invoice', 'build green', 'number 4', 'rare77', 'exp']
    const found = await times(async (n) => {
      await handlers.searchMessages({ query: words[n % words.length] ?? '', limit: 50 }, asBob)
    })
    report(asIs(`search in ${FULL}, median`, median(found), 'ms'))
    report(atMost(`search in ${FULL}, p99`, quantile(found, 0.99), [50, 'ms']))
  } finally {
    await office.close()
  }
}

async function fill(
  office: Awaited<ReturnType<typeof anOffice>>,
  alice: AgentId,
  bob: AgentId,
): Promise<void> {
  const [one] = await office.send(alice, { to: 'bob', text: 'The build is green' })
  if (!one) throw new Error('no message was sent')
  const by = office.as(alice).by
  for (let at = 0; at < FULL; at += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => {
      const n = at + i
      const text = `The build of number ${n % 1000} is green; the invoice exporter said ${n % 997 === 0 ? 'rare77' : 'nothing'}`
      return {
        message: {
          ...one,
          id: `msg_1700000000000_${n}`,
          thread: `msg_1700000000000_${n}`,
          state: 'scheduled' as const,
          to: { mailbox: bob, address: one.to.address },
        },
        envelope: '{}',
        payload: JSON.stringify({ type: 'notification', message: text }),
        proof: 'null',
      }
    })
    await office.messages.office.accept(batch, { by, repeat: null })
  }
}

async function kills(report: (row: Row) => void): Promise<void> {
  const verdict = await inFolder((folder) => mailKills({ folder, rounds: KILLS, random: Math.random }))
  for (const row of rowsOf(`${KILLS} kills`, verdict)) report(row)
}

async function powerCuts(report: (row: Row) => void): Promise<void> {
  const what = `${CUTS} power cuts`
  if (!mayCutPower()) return report(notMeasured(what, 'needs root'))
  const total: MailVerdict = { acked: 0, lost: [], doubled: [], torn: [], disordered: [] }
  for (let round = 0; round < CUTS; round++) {
    const verdict = await powerCut(mailUntilCut, checkMail)
    total.acked += verdict.acked
    for (const kind of ['lost', 'doubled', 'torn', 'disordered'] as const) total[kind].push(...verdict[kind])
  }
  for (const row of rowsOf(what, total)) report(row)
}

function rowsOf(what: string, { acked, lost, doubled, torn, disordered }: MailVerdict): Row[] {
  if (acked === 0) return [notMeasured(what, 'nothing was acknowledged')]
  return [
    exactly(`${what}, ${acked} acknowledged: lost`, lost.length, [0, 'messages']),
    exactly(`${what}: doubled`, doubled.length, [0, 'messages']),
    exactly(`${what}: torn`, torn.length, [0, 'problems']),
    exactly(`${what}: out of order`, disordered.length, [0, 'messages']),
  ]
}

/** The same test as in the suite, with more calls. */
function fuzzed(): Row {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', join(ROOT, 'packages/server/test/amp-fuzz.test.ts')],
    { cwd: ROOT, env: { ...process.env, TUTTI_FUZZ_CALLS: String(FUZZED) }, stdio: 'ignore' },
  )
  return exactly(`${FUZZED} fuzzed requests: a 5xx, or a file outside`, status === 0 ? 0 : 1, [0, 'failures'])
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function times(work: (n: number) => Promise<void>): Promise<number[]> {
  for (let n = 0; n < WARM_ASKS; n++) await work(n)
  const samples: number[] = []
  for (let n = 0; n < ASKED; n++) samples.push(await timed(() => work(n)))
  return samples
}

const perSecond = (count: number, begunMs: number): number => (count * 1000) / (performance.now() - begunMs)
