// A terminal on a machine that can be reached only over a third one, which passes on what it cannot read.
import { aWire, type Wire } from '../packages/server/test/wire.ts'
import { echoBeyondLocal } from './mesh-echo.ts'
import { letIn, linked, openMachine } from './mesh-stage.ts'
import { atMost, type Part } from './row.ts'
import { freePort, type Stage } from './stage.ts'

export const meshRelay: Part = {
  name: 'mesh-relay',
  async run(report) {
    const wires: Wire[] = []
    const stages: Stage[] = []
    const machine = async (name: string): Promise<Stage> => {
      const port = await freePort()
      const wire = await aWire(port)
      wires.push(wire)
      // Nobody reaches the two outer ones; each of them reaches the one in the middle.
      if (name !== 'middle') wire.cut()
      const stage = await openMachine(name, {
        env: {
          TUTTI_PEER_HOST: '127.0.0.1',
          TUTTI_PEER_PORT: `${port}`,
          TUTTI_PEER_NAMES: `127.0.0.1:${wire.port}`,
        },
      })
      stages.push(stage)
      return stage
    }
    try {
      const middle = await machine('middle')
      const [near, far] = [await machine('near'), await machine('far')]
      await letIn(middle, near)
      await letIn(middle, far)
      await linked(near, 'relayed')
      const more = await echoBeyondLocal({ from: near, at: far, link: 'relayed' })
      report(atMost('keystroke echo over a relay, more than local, p50', more(0.5), [20, 'ms']))
      report(atMost('keystroke echo over a relay, more than local, p99', more(0.99), [20, 'ms']))
    } finally {
      for (const stage of stages) await stage.close()
      for (const wire of wires) wire.close()
    }
  },
}
