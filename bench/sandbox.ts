// What a sandbox costs: the time until its program runs, beside the same program without one.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { maskedPlaces, programFolders, systemPlaces } from '../packages/server/src/sandbox/surroundings.ts'
import { sandboxArgv } from '../packages/server/src/sandbox/wrap.ts'
import { atMost, median, notMeasured, type Part } from './row.ts'

const STARTS = 20
const PROMISED_MS = 50
const ROOT = join(import.meta.dirname, '..')

export const sandbox: Part = {
  name: 'sandbox',
  async run(report) {
    const what = `sandbox: until its program runs, median of ${STARTS}`
    const bwrap = (process.env['PATH'] ?? '')
      .split(':')
      .map((folder) => join(folder, 'bwrap'))
      .find(existsSync)
    if (bwrap === undefined) return report(notMeasured(what, 'bubblewrap is not installed'))
    const folder = mkdtempSync(join(tmpdir(), 'tutti-bench-'))
    try {
      const argv = sandboxArgv(await aSpec(folder, bwrap), ['/bin/echo', 'here'])
      // Once for the disk; the median is of a machine that has done it before.
      await untilWords(argv)
      const walled: number[] = []
      const bare: number[] = []
      for (let i = 0; i < STARTS; i++) {
        bare.push(await untilWords(['/bin/echo', 'here']))
        walled.push(await untilWords(argv))
      }
      report(atMost(what, median(walled), [PROMISED_MS, 'ms']))
      report(
        atMost('the same, beyond a start without a sandbox', median(walled) - median(bare), [
          PROMISED_MS,
          'ms',
        ]),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** As the daemon makes it, with the forwarder that starts beside the program. */
async function aSpec(folder: string, bwrap: string) {
  const own = join(folder, 'home', 'work')
  const sockets = join(folder, 'hub')
  mkdirSync(own, { recursive: true })
  mkdirSync(sockets)
  const forwarder = [process.execPath, join(ROOT, 'dist/release/sandbox-forwarder.js')] as const
  const home = join(folder, 'home')
  const searchPath = process.env['PATH'] ?? ''
  const programs = await programFolders({ files: [process.execPath], folders: [ROOT], searchPath, home })
  const uid = process.getuid?.() ?? 0
  return {
    bwrap,
    folder: own,
    home,
    forwarder,
    uid,
    socketFolder: sockets,
    system: await systemPlaces(),
    masked: await maskedPlaces(uid),
    places: programs.map((path) => ({ path, access: 'read' as const })),
    repository: [],
    hidden: [join(folder, 'data')],
    own: [],
    loopbackPorts: [],
    nests: false,
  }
}

/** ms from the start of a command to the first byte that it prints. */
function untilWords([file = '', ...argv]: readonly string[]): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    let ms = Number.NaN
    child.stdout.once('data', () => (ms = performance.now() - began))
    child.once('error', reject)
    child.once('close', () => (Number.isNaN(ms) ? reject(new Error(`${file} printed nothing`)) : resolve(ms)))
  })
}
