// One attachment to a session in tmux's control mode: commands go in with their answers in order, output comes out.
import { fault } from '@tutti/core'
import type { ControlAnswer } from './control-parser.ts'
import { createControlParser } from './control-parser.ts'
import { spawnArgv } from './spawn.ts'
import type { Tmux } from './tmux.ts'
import type { Command } from './tmux-command.ts'
import { commandLine } from './tmux-command.ts'

export interface ControlEvents {
  output(pane: string, bytes: Buffer): void
  notice(name: string, rest: string): void
  /** The attachment has ended: the session is gone, tmux ended, or `close` was called. Called once. */
  closed(reason: string): void
}

export interface ControlClient {
  /** Runs the commands with nothing between them; the lines that each printed. Rejects with tmux's words if one fails. */
  request(commands: readonly Command[]): Promise<Buffer[][]>
  /** The same, told at once: before any output that came behind the answers is read. */
  ask(commands: readonly Command[], done: Answered): void
  /** The same where the answer does not matter. */
  send(commands: readonly Command[]): void
  /** Stops or goes on reading. tmux stops reading the program while nobody reads it, so the program waits. */
  hold(isHeld: boolean): void
  close(): void
}

export interface ControlTarget {
  tmux: Tmux
  socketPath: string
  sessionId: string
}

export type Answered = (error: Error | undefined, answers: Buffer[][]) => void

interface Pending {
  left: number
  answers: Buffer[][]
  done: Answered
}

// Seconds that output may wait for us before tmux drops it and says %pause: the net under the flood gate.
const PAUSE_AFTER_SECONDS = 5

/** What marks a client as one of ours. */
export const CONTROL_FLAGS = `ignore-size,pause-after=${PAUSE_AFTER_SECONDS}`

/** Attaches without influence on the session's size. Resolves once tmux has taken the client in. */
export async function openControl(target: ControlTarget, events: ControlEvents): Promise<ControlClient> {
  const { tmux, socketPath, sessionId } = target
  // tmux would hold up the program for a client whose reader was killed, so the client must die with us.
  const argv = [
    ...(await tmux.mortal()),
    tmux.file,
    '-u',
    '-S',
    socketPath,
    '-C',
    'attach-session',
    '-t',
    sessionId,
    '-f',
    CONTROL_FLAGS,
  ]
  const [file = tmux.file, ...rest] = argv
  const child = spawnArgv(file, rest, { env: tmux.env })
  const attached = Promise.withResolvers<void>()
  const queue: Pending[] = []
  let reason = 'tmux closed the connection'
  let isClosed = false

  const closed = (): void => {
    if (isClosed) return
    isClosed = true
    const error = fault('terminal.failed', { problem: reason })
    attached.reject(error)
    for (const pending of queue.splice(0)) pending.done(error, [])
    events.closed(reason)
  }

  const answer = ({ ok, own, lines }: ControlAnswer): void => {
    if (own) settle(queue, ok, lines)
    else if (ok) attached.resolve()
    else reason = lines.map(String).join(' ')
  }
  const notice = (name: string, rest: string): void => {
    if (name === 'exit' && rest !== '') reason = rest
    events.notice(name, rest)
  }
  const parser = createControlParser({ output: (pane, bytes) => events.output(pane, bytes), answer, notice })
  child.stdout.on('data', (chunk: Buffer) => parser.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    reason = chunk.toString().trim()
  })
  child.on('error', closed)
  child.on('close', closed)
  child.stdin.on('error', () => {
    // The close event that follows tells everybody.
  })

  const write = (commands: readonly Command[], done: Answered): void => {
    if (isClosed) {
      done(fault('terminal.failed', { problem: reason }), [])
      return
    }
    child.stdin.write(commandLine(commands))
    queue.push({ left: commands.length, answers: [], done })
  }

  await attached.promise
  return {
    request: (commands) => {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer[][]>()
      write(commands, (error, answers) => (error ? reject(error) : resolve(answers)))
      return promise
    },
    ask: write,
    send: (commands) => write(commands, () => {}),
    hold: (isHeld) => {
      if (isHeld) child.stdout.pause()
      else child.stdout.resume()
    },
    // Its death is how a control client surely detaches: after the end of its input tmux would still wait until all output
    // is read, and hold up the program for that.
    close: () => {
      child.stdout.resume()
      child.kill('SIGKILL')
    },
  }
}

// A failed command ends its line: tmux drops the commands behind it and answers none of them.
function settle(queue: Pending[], ok: boolean, lines: Buffer[]): void {
  const pending = queue[0]
  if (!pending) return
  if (ok) {
    pending.answers.push(lines)
    pending.left--
    if (pending.left > 0) return
  }
  queue.shift()
  const problem = lines.map(String).join(' ')
  pending.done(ok ? undefined : fault('terminal.failed', { problem }), pending.answers)
}
