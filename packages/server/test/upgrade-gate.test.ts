// C35: a version that is being tried says how it is and takes nothing, so that taking it back loses nothing.
import { operation, operationNames, pathsOf } from '@tutti/core'
import { expect, test } from 'vitest'
import { createClosedGate } from '../src/gate.ts'
import { aRoom, bearer } from './room.ts'
import { openSocket } from './socket.ts'

test('C35 behind a closed gate every operation, page and socket is refused but health; then all work', async () => {
  const gate = createClosedGate()
  const began: string[] = []
  const room = await aRoom({
    gate,
    opened: async (opened) => {
      await opened.gate.passed(() => void began.push('mail'))
    },
  })
  try {
    const refusals = new Set<string>()
    for (const name of operationNames()) {
      const row = operation(name)
      if (row.path === '/v1/health') continue
      for (const path of pathsOf(row)) {
        const headers = { ...bearer(room.localToken), 'content-type': 'application/json' }
        const target = path.replaceAll(/\{\w+\}/g, 'agt_0000000000000000000000')
        const answer = await room.ask(target, { method: row.method, headers })
        refusals.add(`${answer.status} ${answer.fault}`)
      }
    }
    refusals.add(`${(await room.ask('/')).status} ${(await room.ask('/')).fault}`)

    expect([...refusals]).toEqual(['503 server.trial'])
    expect((await room.ask('/v1/health')).json).toMatchObject({ ok: true, version: '0.0.0-test' })
    expect((await openSocket(room, '/v1/stream', bearer(room.localToken))).status).toBe(503)
    expect(began).toEqual([])

    await gate.open()

    expect(began).toEqual(['mail'])
    expect((await room.ask('/v1/status', { headers: bearer(room.localToken) })).status).toBe(200)
  } finally {
    await room.close()
  }
})
