// What tests with a real tmux share: hosted sessions and a user's own tmux server, in a folder that closes without a trace.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTerminals, type Terminals } from '@tutti/terminals'
import { realClock } from '../src/db/test-support.ts'

export interface TmuxRoom {
  folder: string
  terminals: Terminals
  /** A new daemon's terminals on the same folder, as after a kill. */
  reborn(): Promise<Terminals>
  /** tmux on the user's own server. */
  user(...argv: string[]): string
  close(): void
}

export async function aTmuxRoom(): Promise<TmuxRoom> {
  const root = mkdtempSync(join(tmpdir(), 'tutti-t-'))
  const folder = join(root, 'run')
  const userFolder = join(root, 'user')
  mkdirSync(userFolder, { mode: 0o700 })
  const env = {
    PATH: process.env['PATH'],
    HOME: root,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TMUX_TMPDIR: userFolder,
  }
  const make = () =>
    createTerminals({
      dir: folder,
      shortDir: join(root, 's'),
      clock: realClock,
      log: () => {},
      env,
      word: () => crypto.randomUUID(),
      limits: { aliveMs: 50, lingerMs: 200 },
    })
  const room: TmuxRoom = {
    folder,
    terminals: await make(),
    async reborn() {
      room.terminals.close()
      room.terminals = await make()
      return room.terminals
    },
    user: (...argv) => execFileSync('tmux', ['-u', '-f', '/dev/null', ...argv], { env, encoding: 'utf8' }),
    close() {
      room.terminals.close()
      for (const socket of [root, ...foldersOf(root)].flatMap(socketsIn)) endServer(socket)
      rmSync(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  return room
}

const foldersOf = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))

const socketsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isSocket())
        .map((entry) => join(folder, entry.name))
    : []

function endServer(socket: string): void {
  try {
    execFileSync('tmux', ['-S', socket, 'kill-server'], { stdio: 'ignore' })
  } catch {
    // The server had ended; only its socket was left.
  }
}
