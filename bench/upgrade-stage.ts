// Daemons whose process is another one after each upgrade, and releases for them.
import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../packages/server/test/mesh-machine.ts'
import { DAEMON, freePort, ROOT, type Stage } from './stage.ts'

/** Packs the build that is here under another number, as `tutti releases pack` does. */
export async function packed(
  stage: Stage,
  folder: string,
  { version, root = ROOT }: { version: string; root?: string },
) {
  const path = join(folder, `${version}.release`)
  const env = {
    ...process.env,
    TUTTI_DATA: join(stage.folder, 'data'),
    TUTTI_LOGS: join(stage.folder, 'state'),
  }
  await promisify(execFile)(process.execPath, [DAEMON, 'pack', root, path, version], { env })
  return readFileSync(path)
}

export const peerPlace = async () => ({
  TUTTI_PEER_HOST: '127.0.0.1',
  TUTTI_PEER_PORT: String(await freePort()),
  TUTTI_PEER_NAMES: '',
})

export const holderOf = ({ folder }: Pick<Stage, 'folder'>): number => {
  const path = join(folder, 'data/daemon.lock')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid : 0
}

export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Also where no daemon was there any more to delete its agents. */
async function endSessions({ folder }: Stage): Promise<void> {
  for (const socket of globSync(join(folder, 'run/sessions/*.sock')))
    await promisify(execFile)('tmux', ['-S', socket, 'kill-server']).catch(() => undefined) // it has ended by itself
}

/** What runs by now was started by a supervisor. */
export async function closed(stage: Stage): Promise<void> {
  const pid = holderOf(stage)
  const ids = (await stage.client.listAgents({}).catch(() => [])).map(({ id }) => id)
  if (ids.length > 0) await stage.client.changeAgents({ ids, action: 'delete' })
  if (isAlive(pid)) process.kill(pid, 'SIGTERM')
  await eventually(() => Promise.resolve(!isAlive(pid)))
  await endSessions(stage)
  await stage.close().catch(() => undefined) // its folder; its first process is long gone
  rmSync(stage.folder, { recursive: true, force: true })
}
