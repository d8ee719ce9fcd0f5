// From a clone to an answer: install, build, packed release, start, idle memory.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost, exactly, median, type Part, type Row } from './row.ts'
import { ROOT, openStage, pause, residentMB, type Stage } from './stage.ts'

const STARTS = 9

export const start: Part = {
  name: 'start',
  async run(report) {
    const folder = mkdtempSync(join(tmpdir(), 'tutti-install-'))
    try {
      cloneAndPack(folder, report)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    await startTimes(report)
  },
}

// An empty npm cache makes it the first install of a machine.
function cloneAndPack(folder: string, report: (row: Row) => void): void {
  const clone = join(folder, 'clone')
  const env = { ...process.env, npm_config_cache: join(folder, 'cache') }
  const run = (cwd: string, file: string, ...args: string[]) =>
    seconds(() => execFileSync(file, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] }))
  run(folder, 'git', 'clone', '--quiet', ROOT, clone)
  const install = run(clone, 'npm', 'ci')
  const build = run(clone, 'npm', 'run', 'build')
  report(atMost('install and build from a clone, empty cache', install + build, [60, 's']))
  report(atMost('size of the checkout with all tools', megabytes(clone), [700, 'MB']))

  run(clone, 'npm', 'pack', '--pack-destination', folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'missing'
  const home = join(folder, 'release')
  run(folder, 'mkdir', home)
  const fresh = run(home, 'npm', 'install', '--no-audit', join(folder, tarball))
  report(atMost('packed release, install, empty cache', fresh, [10, 's']))
  report(atMost('packed release, size with dependencies', megabytes(join(home, 'node_modules')), [60, 'MB']))
  report(exactly('packed release, scripts run at install', installScripts(home), [0, 'scripts']))
}

async function startTimes(report: (row: Row) => void): Promise<void> {
  const stage = await openStage()
  const compiled = join(stage.folder, 'data/compiled')
  await saved(compiled)
  const times: number[] = []
  for (let i = 0; i < STARTS; i++) {
    await stage.kill()
    times.push(await stage.start())
  }
  report(atMost(`start to first API answer, median of ${STARTS}`, median(times), [500, 'ms']))
  report(atMost(`\`tutti agents\`, median of ${STARTS}`, commandMs(stage), [500, 'ms']))
  await stage.client.listAgents({})
  await pause(3000) // lets start-up garbage settle: idle is what is asked
  report(atMost('resident memory, idle', residentMB(stage.pid()), [110, 'MB']))
  await stage.kill()
  rmSync(compiled, { recursive: true })
  report(atMost('first start of a version, nothing compiled', await stage.start(), [1000, 'ms']))
  await stage.close()
}

/** A daemon saves its compiled code when its start is over; who kills it before that has what a first start has. */
async function saved(folder: string): Promise<void> {
  const deadline = performance.now() + 30_000
  const isSaved = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).length > 1
  while (!isSaved() && performance.now() < deadline) await pause(100)
  if (!isSaved()) throw new Error(`nothing compiled was saved in ${folder}`)
}

/** As a release is laid out, without the sources; with its own compiled code saved by one before. */
function commandMs({ folder }: Stage): number {
  const env = { ...process.env, TUTTI_DATA: join(folder, 'data'), TUTTI_LOGS: join(folder, 'state') }
  const home = join(folder, 'installed')
  cpSync(join(ROOT, 'bin'), join(home, 'bin'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(home, 'package.json'))
  for (const name of ['dist', 'node_modules']) symlinkSync(join(ROOT, name), join(home, name))
  const run = () => execFileSync(process.execPath, [join(home, 'bin/tutti.js'), 'agents'], { env })
  return median(Array.from({ length: STARTS + 1 }, () => 1000 * seconds(run)).slice(1))
}

function seconds(run: () => void): number {
  const begun = performance.now()
  run()
  return (performance.now() - begun) / 1000
}

const megabytes = (folder: string): number =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024

function installScripts(home: string): number {
  const lock: { packages: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
    readFileSync(
      join(
        home,
        existsSync(join(home, 'package-lock.json')) ? 'package-lock.json' : 'node_modules/.package-lock.json',
      ),
      'utf8',
    ),
  )
  return Object.values(lock.packages).filter((one) => one.hasInstallScript).length
}
