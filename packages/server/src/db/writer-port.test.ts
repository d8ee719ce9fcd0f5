// The writer's thread may die: who waits is told, nothing is acknowledged, and a new one takes over.
import { expect, test } from 'vitest'
import { loadMigrations } from './migrations.ts'
import type { Unit } from './store.ts'
import { flightOf } from './flight.ts'
import { openWriterPort } from './writer-port.ts'
import { quietLog } from './test-support.ts'

const UNIT: Unit = { by: { actor: 'a', address: '', act: 'x', audited: false }, subject: 's', statements: [] }

/** A thread that dies of its first unit. */
const MORTAL = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ kind: 'ready', lastSeq: 0, migrated: [] })
    parentPort.on('message', (message) => (message.close ? parentPort.close() : process.exit(1)))
  `)}`,
)

test('a thread that dies acknowledges nothing, and is started again', async () => {
  const turns: boolean[] = []
  const restarts: (() => void)[] = []
  const healed = Promise.withResolvers<void>()
  const { port } = await openWriterPort({
    workerUrl: MORTAL,
    task: {
      task: 'write',
      path: '/nowhere',
      auditKey: new Uint8Array(32),
      migrations: loadMigrations(),
      retention: { events: 1, ageMs: 1 },
      probeMs: 1,
      at: 0,
    },
    clock: {
      now: () => 0,
      after(_ms, run) {
        restarts.push(run)
        return () => {}
      },
    },
    log: quietLog,
    onWritable(writable) {
      turns.push(writable)
      if (writable) healed.resolve()
    },
    onEvents: () => {},
  })

  const waiting = [port.send(flightOf(UNIT, 0, null)), port.send(flightOf(UNIT, 0, null))]
  const answers = await Promise.allSettled(waiting)
  expect(answers).toMatchObject([
    { status: 'rejected', reason: { code: 'store.full' } },
    { status: 'rejected', reason: { code: 'store.full' } },
  ])
  await expect(port.send(flightOf(UNIT, 0, null))).rejects.toMatchObject({ code: 'store.full' })
  expect(restarts).toHaveLength(1)
  restarts[0]!()
  await healed.promise

  expect(turns).toEqual([false, true])
  await port.close()
})
