// A busy room of twelve agents that need no key and no network, to see what Tutti is.
import { ClientFault, type Client } from '@tutti/client'
import { demoAgents, rehearsalFlags, type DemoAgent } from '@tutti/rehearsal'
import { join } from 'node:path'
import { onOff, type Call, type Command, type Outcome } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { agentsAmong } from '../naming.ts'
import { serverOf } from '../place.ts'
import { working } from '../progress.ts'
import { counted } from '../words.ts'

/** Marks what the demo made, so that --remove takes that and nothing else. */
const TAG = 'demo'

export const demoCommands: Command[] = [
  {
    words: 'demo',
    says: 'Fill the room with twelve rehearsal agents, without a key or a network',
    args: [],
    flags: [onOff('remove', 'remove them for good')],
    run: async (call) => {
      if (!serverOf(call.io, call.place).local) throw new UsageError('The demo runs on the machine itself.')
      return call.on('remove') ? remove(call) : fill(call)
    },
  },
]

async function fill(call: Call): Promise<Outcome> {
  const client = call.client()
  const folder = join(call.place.dataFolder, 'demo')
  const missing = await absent(client)
  for (const { name } of missing) call.io.makeFolder(join(folder, name))
  await allow(client, folder)
  const create = async () => {
    for (const agent of missing) await client.createAgent(newAgent(agent, join(folder, agent.name)))
  }
  await working(call.io, 'Twelve agents come in', create())
  const names = demoAgents.map(({ name }) => name)
  return {
    data: { created: missing.map(({ name }) => name), agents: names },
    text: () =>
      missing.length === 0
        ? 'The twelve demo agents are here already.'
        : `${counted(missing.length, 'demo agent')} came in. See them: \`tutti open\` or \`tutti agents\`. \`tutti demo --remove\` sends them home.`,
  }
}

async function absent(client: Client): Promise<DemoAgent[]> {
  const taken = new Set<string>((await agentsAmong(client, 'living')).map(({ name }) => name))
  return demoAgents.filter(({ name }) => !taken.has(name))
}

const newAgent = ({ name, label, tags, persona, scenario, seed }: DemoAgent, folder: string) => ({
  name,
  label,
  tags: [...tags, TAG],
  persona,
  folder,
  // The daemon knows this program by name, and reads the states that it reports.
  program: 'rehearsal',
  args: rehearsalFlags(scenario, seed, { name }),
})

/** The demo's own folder becomes one that agents may work in. */
async function allow(client: Client, folder: string): Promise<void> {
  const { allowedFolders, version } = await client.getSettings()
  if (allowedFolders.includes(folder)) return
  await client.updateSettings({ allowedFolders: [...allowedFolders, folder] }, { version })
}

async function disallow(client: Client, folder: string): Promise<void> {
  const { allowedFolders, version } = await client.getSettings()
  const kept = allowedFolders.filter((one) => one !== folder)
  // At least one must stay allowed; then it was not the demo that chose this one alone.
  if (kept.length === allowedFolders.length || kept.length === 0) return
  await client.updateSettings({ allowedFolders: kept }, { version })
}

async function remove(call: Call): Promise<Outcome> {
  const client = call.client()
  const ours = new Set(demoAgents.map(({ name }) => name))
  const isOurs = ({ name, tags }: { name: string; tags: readonly string[] }) =>
    ours.has(name) && tags.includes(TAG)
  const living = (await agentsAmong(client, 'living')).filter(isOurs)
  const work = async () => {
    if (living.length > 0) await allDone(client, 'delete', living)
    const deleted = (await agentsAmong(client, 'deleted')).filter(isOurs)
    if (deleted.length > 0) await allDone(client, 'purge', deleted)
    return deleted
  }
  const gone = await working(call.io, 'The demo agents leave', work())
  await disallow(client, join(call.place.dataFolder, 'demo'))
  return {
    data: { removed: gone.map(({ name }) => name) },
    text: () =>
      gone.length === 0
        ? 'There are no demo agents.'
        : `${counted(gone.length, 'demo agent')} left for good.`,
  }
}

async function allDone(
  client: Client,
  action: 'delete' | 'purge',
  agents: readonly { id: `agt_${string}` }[],
): Promise<void> {
  const results = await client.changeAgents({ ids: agents.map(({ id }) => id), action })
  const failed = results.find(({ ok }) => !ok)
  if (failed?.error) throw new ClientFault(409, failed.error)
}
