// Lists the sessions on the user's own tmux servers, so that they can be adopted. It reads and changes nothing.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tmux } from './tmux.ts'

export interface FoundSession {
  socketPath: string
  /** tmux's own id, such as $3; it stays when the session is renamed. */
  sessionId: string
  name: string
  windows: number
  /** The active pane's program and folder. */
  command: string
  cwd: string
  cols: number
  rows: number
  createdAt: number
  attached: number
}

const NUMBERS = [
  'session_id',
  'session_windows',
  'window_width',
  'window_height',
  'session_created',
  'session_attached',
] as const
const TEXTS = ['session_name', 'pane_current_command', 'pane_current_path'] as const

// Texts may hold anything, so their lengths in bytes go before them.
const FORMAT = [
  ...NUMBERS.map((name) => `#{${name}}`),
  ...TEXTS.map((name) => `#{n:${name}}`),
  TEXTS.map((name) => `#{${name}}`).join(''),
].join('|')

/** One tmux call a socket. A server that does not answer, or has gone, has no sessions. */
export async function foundSessions(tmux: Tmux): Promise<FoundSession[]> {
  const sockets = await userSockets(tmux)
  const lists = await Promise.all(sockets.map((socketPath) => sessionsOn(tmux, socketPath)))
  return lists.flat()
}

async function userSockets({ env }: Tmux): Promise<string[]> {
  const folder = join(env['TMUX_TMPDIR'] ?? '/tmp', `tmux-${process.getuid?.() ?? 0}`)
  const names = await readdir(folder).catch(() => [])
  const paths = names.map((name) => join(folder, name))
  const isSocket = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.isSocket()),
  )
  return paths.filter((_, index) => isSocket[index])
}

async function sessionsOn(tmux: Tmux, socketPath: string): Promise<FoundSession[]> {
  const listed = await tmux
    .run(socketPath, ['list-sessions', '-F', FORMAT], { timeoutMs: 2000 })
    .catch(() => '')
  return parseSessions(Buffer.from(listed), socketPath)
}

/** Reads what list-sessions printed with FORMAT. */
export function parseSessions(listed: Buffer, socketPath: string): FoundSession[] {
  const sessions: FoundSession[] = []
  for (let at = 0; at < listed.byteLength;) {
    const header = headerAt(listed, at)
    if (!header) break
    let from = header.end
    const [name = '', command = '', cwd = ''] = header.lengths.map((length) => {
      from += length
      return listed.toString('utf8', from - length, from)
    })
    const [sessionId = '', windows, cols, rows, created, attached] = header.numbers
    sessions.push({
      socketPath,
      sessionId,
      name,
      windows: Number(windows),
      command,
      cwd,
      cols: Number(cols),
      rows: Number(rows),
      createdAt: Number(created) * 1000,
      attached: Number(attached),
    })
    at = from + 1
  }
  return sessions
}

function headerAt(
  listed: Buffer,
  at: number,
): { numbers: string[]; lengths: number[]; end: number } | undefined {
  const fields: string[] = []
  let from = at
  while (fields.length < NUMBERS.length + TEXTS.length) {
    const bar = listed.indexOf('|', from)
    if (bar === -1) return undefined
    fields.push(listed.toString('latin1', from, bar))
    from = bar + 1
  }
  return {
    numbers: fields.slice(0, NUMBERS.length),
    lengths: fields.slice(NUMBERS.length).map(Number),
    end: from,
  }
}
