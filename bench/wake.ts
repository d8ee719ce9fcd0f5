// Mail wakes agents: the real programs, each idle, busy, in a dialog, hibernated and beside another in its folder, must notice it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exactly, median, notMeasured, quantile, type Part, type Row } from './row.ts'
import { DAEMON, ROOT, openStage, type Stage } from './stage.ts'
import { openModelTap, type ModelTap } from './wake/model-tap.ts'
import { folderOf, WAKE_PROGRAMS, type WakeProgram } from './wake/programs.ts'
import { createSubject, type Cast, type Subject } from './wake/subject.ts'
import { trial, WAKE_STATES, wrong, type Stageplay, type Trial, type WakeState } from './wake/trials.ts'

/** Ten of each make two hundred. */
const TRIALS = Number(process.env['TUTTI_BENCH_TRIALS'] ?? '10')
const ONLY = process.env['TUTTI_BENCH_WAKE'] ?? ''
// Two take half the time, and each of them starts while the other is measured: for a machine with more than two cores.
const AT_ONCE = Number(process.env['TUTTI_BENCH_AT_ONCE'] ?? '1')
const SECRET = 'gooseberry'
const TEXT = `The ${SECRET} is in the pantry.`

export const wake: Part = {
  name: 'wake',
  isAskedFor: true,
  async run(report) {
    const folder = process.env['TUTTI_REAL_PROGRAMS']
    if (folder === undefined)
      return report(notMeasured('wake', 'TUTTI_REAL_PROGRAMS names no folder of programs'))
    const begun = performance.now()
    const waiting = WAKE_PROGRAMS.filter(({ label, bin }) => wanted(label, bin))
    const asked = waiting.length * states.length * TRIALS
    const counts: number[] = []
    const next = async (): Promise<void> => {
      for (let program = waiting.shift(); program; program = waiting.shift())
        counts.push(await measured(program, folder, report))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next))
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
    const seen = counts.reduce((sum, count) => sum + count, 0)
    report(exactly(`wake: all, ${minutes} minutes`, seen, [asked, `of ${asked} seen`]))
  },
}

/** How many of its trials were seen. */
async function measured(program: WakeProgram, folder: string, report: (row: Row) => void): Promise<number> {
  const bin = folderOf(folder, program.bin)
  if (bin !== null) return examine(program, bin, report)
  report(notMeasured(`wake: ${program.label}`, `there is no ${program.bin} in ${folder}`))
  return 0
}

const parts = ONLY.split(',').filter((part) => part !== '')
const wanted = (...names: string[]): boolean =>
  parts.filter((part) => !isState(part)).length === 0 || names.some((name) => parts.includes(name))
const isState = (part: string): boolean => WAKE_STATES.some((state) => state === part)
const states = WAKE_STATES.filter((state) => !parts.some(isState) || parts.includes(state))

async function examine(program: WakeProgram, bin: string, report: (row: Row) => void): Promise<number> {
  const stage = await openStage({
    daemon: existsSync(DAEMON) ? DAEMON : join(ROOT, 'packages/server/src/daemon.ts'),
  })
  const tap = await openModelTap(SECRET)
  try {
    const { code } = await stage.client.renewSetup()
    await stage.client.createOwner({ code, name: 'ada', password: 'correct horse battery' })
    const cast = furnish({ stage, tap, program, bin })
    const subject = await createSubject(cast, `${program.bin}-one`)
    let second: Promise<Subject> | null = null
    // Started where it is needed: two busy cores have enough to do with one.
    const neighbour = () => (second ??= createSubject(cast, `${program.bin}-two`))
    const shell = await createShell(cast)
    const mail = async (to: string): Promise<void> => {
      await stage.client.sendMessage({ to, subject: TEXT, text: TEXT })
      await stage.client.sendMessage({ to: 'shell', subject: TEXT, text: TEXT })
    }
    let seen = 0
    for (const state of states) {
      const row = await cell(state, { cast, subject, neighbour, mail, n: 0 })
      seen += row.figure
      report(row)
    }
    const { text } = await stage.client.getScreen({ id: shell })
    report(
      exactly(`wake: ${program.label}, notices typed into the shell beside it`, noticesIn(text), [0, '']),
    )
    return seen
  } finally {
    await stage.close()
    await tap.close()
  }
}

/** The trials of one situation, one after the other. */
async function cell(state: WakeState, play: Omit<Stageplay, 'n'> & { n: number }): Promise<Row> {
  const outcomes: Trial[] = []
  for (let n = 1; n <= TRIALS; n++) {
    const outcome = await trial(state, { ...play, n }).catch((error: unknown) => wrong(String(error)))
    outcomes.push(outcome)
    console.error(`       ${play.cast.program.bin}, ${state} ${n}: ${outcome.why || `${outcome.ms} ms`}`)
  }
  const seen = outcomes.filter((one) => one.seen).map(({ ms }) => ms)
  const late = outcomes.filter((one) => one.late).length
  const took = seen.length > 0 ? `, ${Math.round(median(seen))} ms, at most ${quantile(seen, 1)} ms` : ''
  const tardy = late > 0 ? `, ${late} seen later` : ''
  return exactly(`wake: ${play.cast.program.label}, ${state}${took}${tardy}`, seen.length, [
    TRIALS,
    `of ${TRIALS} seen`,
  ])
}

const noticesIn = (screen: string): number => screen.match(/new messages?/gu)?.length ?? 0

/** An agent that is only a shell: its mail must wait until somebody reads it. */
async function createShell({ stage, work }: Cast) {
  const { id } = await stage.client.createAgent({
    name: 'shell',
    folder: work,
    program: 'bash',
    args: ['--norc'],
  })
  return id
}

interface Furnishing {
  stage: Stage
  tap: ModelTap
  program: WakeProgram
  bin: string
}

function furnish({ stage, tap, program, bin }: Furnishing): Cast {
  const home = join(stage.folder, 'home')
  const work = join(stage.folder, 'work')
  const tmp = join(stage.folder, 'tmp')
  for (const folder of [home, work, tmp]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [path, content] of Object.entries(program.seed({ work }))) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), content, { mode: 0o600 })
  }
  const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  return { stage, tap, program, bin, home, work, tmp, path }
}
