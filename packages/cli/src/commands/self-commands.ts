// Who calls: a person by the token at hand, or the agent in whose session the command runs.
import type { Call, Command, Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import { table } from '../table.ts'

export const selfCommands: Command[] = [
  { words: 'whoami', says: 'Who I am and what I may do', args: [], flags: [], run: whoami },
]

/** Whether an agent's program has started the command, with what its session is known by. */
export const isAgentsOwn = ({ io: { env }, place }: Call): boolean =>
  env['TUTTI_AGENT_ID'] !== undefined && place.token === (env['TUTTI_TOKEN'] || null)

async function whoami(call: Call): Promise<Outcome> {
  const client = call.client()
  return { data: await (isAgentsOwn(call) ? client.getOwnAgent({}) : client.getMe({})) }
}

/** The other agents as an agent may know them: by their names and addresses, those of other machines among them. */
export async function knownAgents(call: Call): Promise<Outcome> {
  const all = await call.client().listAddresses({})
  const agents = all.filter(({ kind }) => kind === 'agent')
  return {
    data: agents,
    text: (page) => {
      const rows = table(
        page,
        [
          { title: 'NAME', cell: ({ name }) => plain(name), least: 8 },
          { title: 'ADDRESS', cell: ({ address }) => plain(address), least: 12 },
        ],
        agents,
      )
      return `${rows}\n\n${page.paint('dim', 'Write to one: tutti send NAME "text". People and programs: tutti addresses.')}`
    },
  }
}
