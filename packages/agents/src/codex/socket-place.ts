// Where Codex's socket truly is: it leaves a link to one with a short path, which a sandbox keeps in a folder of its own.
import { open, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { USER_FOR_ROOT } from '../kit.ts'

/** The program's folder for such sockets, by who it is inside a sandbox. */
export const SHORT_PATHS = `/tmp/codex-daemon-${process.getuid?.() || USER_FOR_ROOT}`

/** What stands there inside a sandbox: /tmp of the sandbox is its own. */
export const shortPathsIn = (runFolder: string): string => join(runFolder, 'codex-daemon')

export interface SocketPlace {
  path: string
  /** Once it is connected, or was not. */
  close(): Promise<void>
}

/** What to connect to. Rejects with ENOENT where no socket is. */
export async function socketPlace(path: string): Promise<SocketPlace> {
  const folder = shortPathsIn(dirname(path))
  const name = basename(await readlink(path).catch(() => path))
  const inside = await madeAt(join(folder, name))
  if (inside <= (await madeAt(path))) return { path: await realpath(path), close: () => Promise.resolve() }
  // The kernel takes at most 107 bytes for a socket's path; by an open folder it is short.
  const held = await open(folder)
  return { path: `/proc/self/fd/${held.fd}/${name}`, close: () => held.close() }
}

/** The newer one is that of this start, whether it is sandboxed or not; -1 for none. */
const madeAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => -1,
  )
