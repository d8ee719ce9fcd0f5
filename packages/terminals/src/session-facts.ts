// What one question to tmux tells of a session.
import { fault, must } from '@tutti/core'
import { CONTROL_FLAGS } from './control-client.ts'
import type { ProcessId } from './process-id.ts'
import { isAlive, isOrphan, processId, signalProcess } from './process-id.ts'
import type { SessionRecord } from './session-records.ts'
import type { SessionPlace } from './session-view.ts'
import type { Tmux } from './tmux.ts'

export interface Death {
  isDead: boolean
  code: number | null
  signal: number | null
}

export interface PaneInfo {
  cols: number
  rows: number
  title: string
  /** The program in the foreground, such as vim or bash. */
  command: string
  /** Its folder now. */
  cwd: string
}

/** The format whose answer `recordOf` reads. */
export const IDS = '#{session_id}|#{window_id}|#{pane_id}|#{pane_pid}'

export function recordOf(
  printed: string,
  place: Pick<SessionPlace, 'agentId' | 'socketPath' | 'isAdopted'>,
): SessionRecord {
  const [sessionId, windowId, paneId, pid] = printed.trim().split('|')
  return {
    ...place,
    sessionId: must(sessionId, 'session id'),
    windowId: must(windowId, 'window id'),
    paneId: must(paneId, 'pane id'),
    program: processId(Number(pid)),
  }
}

/** Whether and how the program ended. Rejects where the pane is gone. */
export async function deathOf(tmux: Tmux, place: SessionRecord): Promise<Death> {
  const format = '#{pane_id}|#{pid}|#{pane_dead}|#{pane_dead_status}|#{pane_dead_signal}'
  const [found, server, isDead, code, signal] = (await ask(tmux, place, format)).split('|')
  if (found !== place.paneId) throw fault('terminal.failed', { problem: `there is no pane ${place.paneId}` })
  const death = { isDead: isDead === '1', code: numberOrNull(code), signal: numberOrNull(signal) }
  if (!isKnown(death) && !isAlive(place.program)) signalProcess(processId(Number(server)), 'SIGCHLD')
  return death
}

/**
 * Whether tmux knows how the program ended, which it may learn later than that it did, or never: a tmux that writes to utmp
 * (Debian's) loses a SIGCHLD now and then, about one in ten under load, and leaves the child a zombie. One sent to it makes
 * it look again.
 */
export const isKnown = ({ isDead, code, signal }: Death): boolean => isDead && (code ?? signal) !== null

export async function infoOf(tmux: Tmux, place: SessionPlace): Promise<PaneInfo> {
  const format = '#{pane_width}|#{pane_height}|#{pane_current_command}\n#{pane_current_path}\n#{pane_title}'
  const [head = '', cwd = '', title = ''] = (await ask(tmux, place, format)).split('\n')
  const [cols, rows, ...command] = head.split('|')
  return { cols: Number(cols), rows: Number(rows), command: command.join('|'), cwd, title }
}

/** The last lines as plain text, wrapped ones joined, without the blank ones at the end. */
export async function lastLines(
  tmux: Tmux,
  { socketPath, paneId }: SessionPlace,
  lines: number,
): Promise<string[]> {
  const text = await tmux.run(socketPath, ['capture-pane', '-p', '-J', '-t', paneId, '-S', String(-lines)])
  const all = text.trimEnd().split('\n')
  return all.slice(-lines).map((line) => line.trimEnd())
}

/** The process of the session's tmux server; undefined where it is gone. */
export async function serverOf(tmux: Tmux, { socketPath }: SessionPlace): Promise<ProcessId | undefined> {
  const pid = await tmux.run(socketPath, ['display-message', '-p', '#{pid}']).catch(() => '')
  return pid === '' ? undefined : processId(Number(pid))
}

/**
 * Ends the attachments of a daemon that was killed. tmux keeps a control client whose reader has died for ever if output
 * was on its way, and holds the program's output back for it: the program would stand still.
 */
export async function endOrphans(
  tmux: Tmux,
  { isAdopted, sessionId, socketPath }: SessionPlace,
): Promise<void> {
  const format = '#{client_control_mode} #{client_pid} #{client_flags}'
  const listed = await tmux.run(socketPath, ['list-clients', '-t', sessionId, '-F', format])
  for (const line of listed.split('\n')) {
    const [isControl, pid, flags = ''] = line.split(' ')
    if (isControl !== '1' || !flags.includes(CONTROL_FLAGS)) continue
    const client = processId(Number(pid))
    // On a server that is not ours, another daemon's client may be alive and well.
    if (!isAdopted || isOrphan(client)) signalProcess(client, 'SIGKILL')
  }
}

const ask = async (tmux: Tmux, { socketPath, paneId }: SessionPlace, format: string): Promise<string> =>
  (await tmux.run(socketPath, ['display-message', '-p', '-t', paneId, format])).replace(/\n$/, '')

const numberOrNull = (text: string | undefined): number | null => (text ? Number(text) : null)
