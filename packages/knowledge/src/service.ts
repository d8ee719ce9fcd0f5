// The map as a process of its own: the daemon asks over the process channel, and its memory and its work stay apart from keystrokes.
import { Fault } from '@tutti/core'
import { createDesk, type Ask } from './code/desk.ts'

const desk = createDesk({
  changed: (change) => process.send?.({ changed: change }),
  progress: (progress) => process.send?.({ progress }),
})

const isAsk = (value: unknown): value is Ask & { id: number } =>
  typeof value === 'object' && value !== null && 'id' in value && 'root' in value && 'name' in value

process.on('message', (message: unknown) => {
  if (!isAsk(message)) return
  const { id, ...ask } = message
  desk.answer(ask).then(
    (answer) => process.send?.({ id, answer }),
    (error: unknown) =>
      process.send?.(
        error instanceof Fault
          ? { id, fault: { code: error.code, details: error.details } }
          : { id, problem: error instanceof Error ? error.message : String(error) },
      ),
  )
})

// The daemon is gone: nobody will ask again.
process.on('disconnect', () => {
  desk.close()
  process.exit(0)
})
