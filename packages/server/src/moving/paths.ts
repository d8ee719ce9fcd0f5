// Where parcels lie while an agent moves: one private folder for each agent, gone when its move is over.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Paths {
  outgoing(agent: string): Promise<string>
  incoming(agent: string): Promise<string>
  parts(agent: string): string
  remove(agent: string): Promise<void>
}

export function createPaths(folder: string): Paths {
  const made = async (agent: string): Promise<string> => {
    await mkdir(join(folder, agent), { recursive: true, mode: 0o700 })
    return join(folder, agent)
  }
  return {
    outgoing: async (agent) => join(await made(agent), 'outgoing.tar'),
    incoming: async (agent) => join(await made(agent), 'incoming.tar'),
    parts: (agent) => join(folder, agent, 'parts'),
    remove: (agent) => rm(join(folder, agent), { recursive: true, force: true }),
  }
}
