// Knows the plain terminals that are attached to a session beside the viewers, and when somebody uses one.
import type { Clock } from '@tutti/core'
import type { Command } from './tmux-command.ts'

export interface Outside {
  count(): number
  /** Asks tmux again, and goes on asking while there is a terminal. */
  look(): void
  stop(): void
}

export interface OutsideDeps {
  request(commands: readonly Command[]): Promise<Buffer[][] | undefined>
  /** Their number changed, or one was used. */
  changed(isUsed: boolean): void
}

// tmux tells of no key that a terminal sends, but it notes the second of each client's last one.
const LOOK_EVERY_MS = 500

export function createOutside(clock: Clock, sessionId: string, deps: OutsideDeps): Outside {
  let active = new Map<string, number>()
  let cancel = (): void => {}
  let isLooking = false
  let isStopped = false

  const look = (): void => {
    isStopped = false
    if (isLooking) return
    isLooking = true
    cancel()
    deps.request([LIST(sessionId)]).then(
      (answers) => seen(answers?.[0] ?? []),
      () => {
        // The attachment ended; the next one looks again.
        isLooking = false
      },
    )
  }

  const seen = (lines: Buffer[]): void => {
    isLooking = false
    const now = plainClients(lines)
    const isUsed = Array.from(now).some(([name, second]) => second > (active.get(name) ?? 0))
    const isOther = now.size !== active.size
    active = now
    if (isUsed || isOther) deps.changed(isUsed)
    if (now.size > 0 && !isStopped) cancel = clock.after(LOOK_EVERY_MS, look)
  }

  return {
    count: () => active.size,
    look,
    stop: () => {
      isStopped = true
      cancel()
    },
  }
}

const LIST = (sessionId: string): Command => [
  'list-clients',
  '-t',
  sessionId,
  '-F',
  '#{client_control_mode}|#{client_activity}|#{client_name}',
]

function plainClients(lines: Buffer[]): Map<string, number> {
  const fields = lines.map((line) => line.toString().split('|'))
  const plain = fields.filter(([isControl]) => isControl === '0')
  return new Map(plain.map(([, second, ...name]) => [name.join('|'), Number(second)]))
}
