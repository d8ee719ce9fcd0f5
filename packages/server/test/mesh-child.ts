// The machine that the mesh's tests kill. Arguments: folder, name, an agent that lives there, port of the peer door, at which write
// about a move it kills itself, and where others are told to dial it.
import { writeSync } from 'node:fs'
import type { Store } from '../src/db/store.ts'
import { anOwner, openMachine } from './mesh-machine.ts'

const [folder = '', name = '', agent = '', peerPort = '0', dies = '', peerNames = ''] = process.argv.slice(2)

/** Not even the exit handlers run: as when the power goes. */
const die = (): void => void process.kill(process.pid, 'SIGKILL')

function mortal(store: Store): Store {
  const [when, which] = dies.split(' ')
  let count = 0
  return {
    ...store,
    async commit(unit) {
      const isOfMove = unit.statements.some(({ sql }) => /INTO agent_moves/.test(sql))
      const isIt = isOfMove && ++count === Number(which)
      if (isIt && when === 'before') die()
      const committed = await store.commit(unit)
      if (isIt) die()
      return committed
    },
  }
}

const machine = await openMachine({
  folder,
  name,
  peerPort: Number(peerPort),
  peerNames: peerNames === '' ? [] : [peerNames],
  ...(dies === '' ? {} : { store: mortal }),
})
if (machine.daemon.setupUrl !== null) await anOwner(machine)
const id = await machine.agent(agent)
writeSync(1, `${JSON.stringify({ port: machine.port, localToken: machine.localToken, agent: id })}\n`)
