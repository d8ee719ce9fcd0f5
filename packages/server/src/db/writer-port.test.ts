// The writer's thread may die: who waits is told, nothing is acknowledged, and a new one takes over.
import { expect, test } from 'vitest'
import { loadMigrations } from './migrations.ts'
import type { Unit } from './store.ts'
import { flightOf } from './flight.ts'
import { openWriterPort } from './writer-port.ts'
import { until } from '../../test/room.ts'
import { quietLog } from './test-support.ts'

const UNIT: Unit = { by: { actor: 'a', address: '', act: 'x', audited: false }, subject: 's', statements: [] }

/** A thread that dies of its first unit, and whose second start fails. */
const MORTAL = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads'
    const starts = ++workerData.auditKey[0]
    const failed = { kind: 'failed', problem: { fault: 'store.full', details: { problem: 'still' } } }
    parentPort.postMessage(starts === 2 ? failed : { kind: 'ready', lastSeq: 0, migrated: [] })
    if (starts !== 2) parentPort.on('message', (message) => (message.close ? parentPort.close() : process.exit(1)))
  `)}`,
)

test('a thread that dies acknowledges nothing, and is started again until it runs', async () => {
  const turns: boolean[] = []
  const restarts: (() => void)[] = []
  const healed = Promise.withResolvers<void>()
  const { port } = await openWriterPort({
    workerUrl: MORTAL,
    task: {
      task: 'write',
      path: '/nowhere',
      auditKey: new Uint8Array(new SharedArrayBuffer(32)), // counts the starts
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
  await until(() => restarts.length === 2)
  restarts[1]!()
  await healed.promise

  expect(turns).toEqual([false, true])
  await expect(port.send(flightOf(UNIT, 0, null))).rejects.toMatchObject({ code: 'store.full' })
  const closed = port.close() // while there is no thread
  restarts[2]!()
  await closed
})
