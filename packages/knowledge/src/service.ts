// The map as a process of its own: the daemon asks over the process channel, and its memory and its work stay apart from keystrokes.
import { Fault } from '@tutti/core'
import { createDesk, type Ask } from './code/desk.ts'
import { giveBack } from './code/relief.ts'

/** Questions come in bursts. */
const REST_MS = 5000

let resting: NodeJS.Timeout | undefined
const rest = () => {
  clearTimeout(resting)
  resting = setTimeout(giveBack, REST_MS)
}

const desk = createDesk({
  changed(change) {
    process.send?.({ changed: change })
    rest()
  },
  progress: (progress) => process.send?.({ progress }),
})

const isAsk = (value: unknown): value is Ask & { id: number } =>
  typeof value === 'object' && value !== null && 'id' in value && 'root' in value && 'name' in value

process.on('message', (message: unknown) => {
  if (!isAsk(message)) return
  const { id, ...ask } = message
  void desk
    .answer(ask)
    .then(
      (answer) => process.send?.({ id, answer }),
      (error: unknown) =>
        process.send?.(
          error instanceof Fault
            ? { id, fault: { code: error.code, details: error.details } }
            : { id, problem: error instanceof Error ? error.message : String(error) },
        ),
    )
    .finally(rest)
})

// The daemon is gone: nobody will ask again.
process.on('disconnect', () => {
  desk.close()
  process.exit(0)
})
