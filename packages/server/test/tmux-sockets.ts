// Ends what a daemon of a test has left: a tmux server listens at a socket somewhere below its folder.
// oxlint-disable-next-line no-restricted-imports -- a test ends what it started
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export function endServersBelow(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isSocket()) endServer(join(entry.parentPath, entry.name))
}

function endServer(socket: string): void {
  try {
    execFileSync('tmux', ['-S', socket, 'kill-server'], { stdio: 'ignore' })
  } catch {
    // It was no tmux, or has ended.
  }
}
