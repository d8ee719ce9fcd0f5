// The machine that the mesh's tests kill. Arguments: folder, name, an agent that lives there, port of the peer door.
import { writeSync } from 'node:fs'
import { anOwner, openMachine } from './mesh-machine.ts'

const [folder = '', name = '', agent = '', peerPort = '0'] = process.argv.slice(2)

const machine = await openMachine({ folder, name, peerPort: Number(peerPort) })
if (machine.daemon.setupUrl !== null) await anOwner(machine)
const id = await machine.agent(agent)
writeSync(1, `${JSON.stringify({ port: machine.port, localToken: machine.localToken, agent: id })}\n`)
