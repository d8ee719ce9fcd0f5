// Upgrades between two real builds: one machine with terminals and mail, versions that are not healthy, kill -9 at bad moments,
// releases that must be refused, and the machines of a room one after the other.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import type { Upgrade } from '@tutti/core'
import { eventually } from '../packages/server/test/mesh-machine.ts'
import { openMachine } from './mesh-stage.ts'
import { atMost, exactly, type Part, type Row } from './row.ts'
import { createAgents, DAEMON, pause, ROOT, type Stage } from './stage.ts'
import { room } from './upgrade-room.ts'
import { closed, holderOf, isAlive, packed, peerPlace } from './upgrade-stage.ts'

const TERMINALS = 10
const MESSAGES = 50

type Report = (row: Row) => void

export const upgrade: Part = {
  name: 'upgrade',
  async run(report) {
    const folder = mkdtempSync(join(tmpdir(), 'tutti-bench-upgrade-'))
    try {
      await oneMachine(folder, report)
      await room(folder, report)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** The same build with something wrong: it migrates, and finds one terminal less wherever a file `unfit` lies. */
function unfitRoot(folder: string): string {
  const root = join(folder, 'unfit')
  mkdirSync(join(root, 'bin'), { recursive: true })
  for (const path of ['package.json', 'bin/tutti.js', 'dist/release'])
    cpSync(join(ROOT, path), join(root, path), { recursive: true })
  symlinkSync(
    dirname(dirname(createRequire(import.meta.url).resolve('oxc-parser/package.json'))),
    join(root, 'node_modules'),
  )
  const entry = join(root, 'dist/release/daemon.js')
  writeFileSync(entry, `${UNFIT}\n${readFileSync(entry, 'utf8')}`)
  writeFileSync(
    join(root, 'dist/release/migrations/9999-later.sql'),
    'CREATE TABLE later (n INTEGER) STRICT;\n',
  )
  return root
}

const UNFIT = `import { existsSync as isThereHere } from 'node:fs';
if (process.argv[2] === 'trial' && isThereHere(process.env.TUTTI_DATA + '/unfit')) {
  const said = process.send.bind(process);
  process.send = (word) => said(word.ready ? { ready: { ...word.ready, ranBefore: word.ready.running + 1 } } : word);
}`

async function oneMachine(folder: string, report: Report): Promise<void> {
  const stage = await openMachine('alpha', { daemon: DAEMON, env: await peerPlace() })
  const [good, next, unfit] = [
    await packed(stage, folder, { version: '90.0.1' }),
    await packed(stage, folder, { version: '90.0.2' }),
    await packed(stage, folder, { version: '90.1.0', root: unfitRoot(folder) }),
  ]
  try {
    await createAgents(stage, { count: TERMINALS, prefix: 'cat', program: 'cat', args: [] })
    for (let n = 0; n < MESSAGES; n++) await stage.client.sendMessage({ to: 'cat-0', text: `number ${n}` })
    await refusals(stage, good, report)
    await goodUpgrade(stage, good, report)
    await unfitUpgrade(stage, unfit, report)
    await killed(stage, { next, unfit }, report)
  } finally {
    await closed(stage)
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  )

async function refusals({ client }: Stage, good: Buffer, report: Report): Promise<void> {
  const tampered = Buffer.from(good)
  const at = good.length - 5_000_000
  tampered[at] = (tampered[at] ?? 0) ^ 1
  const text = good.subarray(0, 1024 * 1024).toString('latin1')
  const unsigned = Buffer.concat([
    Buffer.from(text.replace(/"sig":"[^"]{88}"/, `"sig":"${'A'.repeat(86)}=="`), 'latin1'),
    good.subarray(1024 * 1024),
  ])
  const codes = [
    await codeOf(client.uploadRelease({}, { body: tampered })),
    await codeOf(client.uploadRelease({}, { body: unsigned })),
    await codeOf(client.uploadRelease({}, { body: good.subarray(0, -1024) })),
  ]
  const refused = codes.filter((code) => code === 'release.damaged').length
  report(exactly('tampered, unsigned and cut releases refused by name', refused, [3, 'of 3']))
}

/** Waits for the end of the upgrade to that release; the daemon restarts meanwhile. */
async function ended(stage: Stage, digest: string): Promise<Upgrade> {
  const deadline = performance.now() + 120_000
  while (performance.now() < deadline) {
    const state = await stage.client.getUpgrade({}).catch(() => null)
    if (state?.upgrade?.digest === digest && state.upgrade.endedAt !== null) return state.upgrade
    await pause(50)
  }
  throw new Error('the upgrade did not end')
}

/** For how long nobody was answered, looking every 10 ms until the work has ended. */
async function silence(stage: Stage, work: Promise<unknown>): Promise<number> {
  const life = new AbortController()
  void work.finally(() => life.abort())
  let [longest, since] = [0, performance.now()]
  while (!life.signal.aborted) {
    const isThere = await stage.client.listAgents({}).then(
      () => true,
      () => false,
    )
    if (isThere) since = performance.now()
    longest = Math.max(longest, performance.now() - since)
    await pause(10)
  }
  return longest
}

/** Sends mail all the while, as somebody would who tries again; how much of it was accepted. */
async function accepted(stage: Stage, work: Promise<unknown>): Promise<number> {
  const life = new AbortController()
  void work.finally(() => life.abort())
  let count = 0
  for (let n = 0; !life.signal.aborted; n++) {
    const sent = stage.client.sendMessage({ to: 'cat-1', text: `meanwhile ${n}` })
    count += await sent.then(
      () => 1,
      () => 0, // refused, or not heard: nobody was told that it is kept
    )
    await pause(5)
  }
  return count
}

const running = async ({ client }: Stage) =>
  (await client.listAgents({})).filter(({ session }) => session !== null).length

const letters = (stage: Stage): number => countIn(stage, 'SELECT count(*) AS n FROM messages')

function countIn({ folder }: Stage, sql: string): number {
  const database = new DatabaseSync(join(folder, 'data/tutti.db'), { readOnly: true })
  try {
    return Number(database.prepare(sql).get()?.['n'])
  } finally {
    database.close()
  }
}

async function goodUpgrade(stage: Stage, good: Buffer, report: Report): Promise<void> {
  const begun = performance.now()
  const { digest } = await stage.client.uploadRelease({}, { body: good })
  report(atMost('a release of 40 MB checked and unpacked', (performance.now() - begun) / 1000, [10, 's']))
  await stage.client.upgradeMachine({ digest })
  const end = ended(stage, digest)
  const [silent, sent] = await Promise.all([silence(stage, end), accepted(stage, end)])
  const { phase, why } = await end
  report(
    exactly(`an upgrade with ${TERMINALS} terminals ends as done ${why}`, phase === 'done' ? 1 : 0, [
      1,
      'upgrade',
    ]),
  )
  report(atMost('nobody is answered for', silent / 1000, [10, 's']))
  report(exactly('terminals after it', await running(stage), [TERMINALS, 'terminals']))
  reportLost(report, `of ${sent} messages accepted meanwhile are lost`, MESSAGES + sent - letters(stage))
  const { version } = await stage.client.getStatus({})
  report(exactly('the new version answers', version === '90.0.1' ? 1 : 0, [1, 'version']))
}

/** One more may be there: kept, and its answer was cut off. */
const reportLost = (report: Report, what: string, lost: number): void =>
  report(exactly(what, Math.max(0, lost), [0, 'messages']))

async function unfitUpgrade(stage: Stage, unfit: Buffer, report: Report): Promise<void> {
  const before = letters(stage)
  writeFileSync(join(stage.folder, 'data/unfit'), '')
  const { digest } = await stage.client.uploadRelease({}, { body: unfit })
  await stage.client.upgradeMachine({ digest })
  const end = ended(stage, digest)
  const [silent, sent] = await Promise.all([silence(stage, end), accepted(stage, end)])
  const { phase, why } = await end
  const isRight = phase === 'returned' && why.includes(`${TERMINALS} of ${TERMINALS + 1} terminals`)
  report(
    exactly(`one that migrates and is not healthy returns (${phase}: ${why})`, isRight ? 1 : 0, [
      1,
      'return',
    ]),
  )
  report(atMost('nobody is answered for, there and back', silent / 1000, [20, 's']))
  report(
    exactly(
      'its migration is gone',
      countIn(stage, "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'later'"),
      [0, 'tables'],
    ),
  )
  report(exactly('terminals after the return', await running(stage), [TERMINALS, 'terminals']))
  reportLost(
    report,
    `of ${sent} messages accepted before and after the return are lost`,
    before + sent - letters(stage),
  )
  const { ok } = await stage.client.verifyAudit({})
  report(exactly('the audit log is whole', ok ? 1 : 0, [1, 'log']))
}

interface Journal {
  upgrade: Upgrade
  supervisor: { pid: number } | null
}

const journalOf = ({ folder }: Stage): Journal =>
  JSON.parse(readFileSync(join(folder, 'data/releases/upgrade.json'), 'utf8')) as Journal

/** Kills the supervisor, or the version on trial, as soon as the journal says that phase; then Tutti is started as a user would. */
async function killed(
  stage: Stage,
  { next, unfit }: { next: Buffer; unfit: Buffer },
  report: Report,
): Promise<void> {
  const before = letters(stage)
  const fit = await stage.client.uploadRelease({}, { body: next })
  const ill = await stage.client.uploadRelease({}, { body: unfit })
  for (const [phase, whom, { digest }] of [
    ['checking', 'supervisor', fit],
    ['stopping', 'supervisor', fit],
    ['trial', 'supervisor', fit],
    ['trial', 'version', fit],
    ['returning', 'supervisor', ill],
  ] as const) {
    const startedAt = await eventually(() =>
      stage.client.upgradeMachine({ digest }).then((one) => one.startedAt),
    )
    await killedIn(stage, { phase, whom, startedAt })
    const end = await eventually(async () => {
      // What was being stopped, or tried, ends by itself and takes its time. Whoever finds nobody there then starts Tutti, and is
      // refused if somebody else was faster; what is left of a killed version its supervisor sees to.
      if (whom === 'supervisor' && isDeserted(stage)) await restarted(stage).catch(() => undefined)
      const state = await stage.client.getUpgrade({}).catch(() => null)
      return state?.upgrade?.startedAt === startedAt && state.upgrade.endedAt !== null && state
    })
    const isRight = end.running === '90.0.1' && ['failed', 'returned'].includes(end.upgrade?.phase ?? '')
    const what = `kill -9 of the ${whom} in ${phase}: ${end.upgrade?.phase}, ${end.running} runs`
    report(exactly(what, isRight ? 1 : 0, [1, 'runnable version']))
  }
  report(exactly('messages after all kills', letters(stage), [before, 'messages']))
  report(exactly('terminals after all kills', await running(stage), [TERMINALS, 'terminals']))
}

async function killedIn(
  stage: Stage,
  { phase, whom, startedAt }: { phase: string; whom: string; startedAt: number },
): Promise<void> {
  for (;;) {
    const now = journalOf(stage)
    if (now.upgrade.startedAt !== startedAt || now.upgrade.endedAt !== null) return
    const pid = victim(stage, now, whom)
    if (now.upgrade.phase === phase && isAlive(pid)) {
      process.kill(pid, 'SIGKILL')
      return
    }
    await pause(2)
  }
}

/** No daemon runs, and no supervisor that would start one. */
const isDeserted = (stage: Stage): boolean =>
  !isAlive(holderOf(stage)) && !isAlive(journalOf(stage).supervisor?.pid ?? 0)

/** Until its supervisor has taken over, the daemon itself stands in the journal: 0 then. */
function victim(stage: Stage, { supervisor }: Journal, whom: string): number {
  const daemon = holderOf(stage)
  if (supervisor === null || supervisor.pid === daemon) return 0
  return whom === 'version' ? daemon : supervisor.pid
}

/** By the pointer, as `tutti up` does. */
async function restarted({ folder, port }: Stage): Promise<void> {
  const { folder: name } = JSON.parse(readFileSync(join(folder, 'data/releases/current'), 'utf8')) as {
    folder: string
  }
  const root = join(folder, 'data/releases', name)
  const env = {
    ...process.env,
    TUTTI_DATA: join(folder, 'data'),
    TUTTI_RUNTIME: join(folder, 'run'),
    TUTTI_LOGS: join(folder, 'state'),
    TUTTI_PORT: String(port),
  }
  await promisify(execFile)(process.execPath, [join(root, 'dist/release/cli.js'), 'up'], { env })
}
