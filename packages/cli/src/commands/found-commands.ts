// tmux sessions that were there before Tutti: list them, and make one an agent.
import type { Client } from '@tutti/client'
import { ClientFault } from '@tutti/client'
import { isAgentName, type FoundSession } from '@tutti/core'
import { text, type Call, type Command, type Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import { UsageError } from '../exit-code.ts'
import { suggestion } from '../naming.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'
import { relativeTime } from '../words.ts'

export const foundCommands: Command[] = [
  {
    words: 'found',
    says: 'tmux sessions on your own tmux server that can be adopted',
    args: [],
    flags: [],
    run: found,
  },
  {
    words: 'adopt',
    says: 'Make a found tmux session an agent, without disturbing it',
    args: [{ name: 'session', says: 'its number in `tutti found`, or its tmux name' }],
    flags: [
      text('name', 'the name of the agent (that of the session, if it can be one)'),
      text('label', 'a line about it'),
      { name: 'tags', says: 'may be given more than once', kind: 'list' },
    ],
    run: adopt,
  },
]

/** In an order that stays while sessions live, so that a number means the same a moment later. */
const listed = async (client: Client): Promise<FoundSession[]> =>
  (await client.listFound()).toSorted((a, b) => a.createdAt - b.createdAt || a.ref.localeCompare(b.ref))

async function found(call: Call): Promise<Outcome> {
  const sessions = await listed(call.client())
  return {
    data: sessions.map((session, i) => Object.assign({ number: i + 1 }, session)),
    text: (page) =>
      sessions.length === 0
        ? 'No tmux session of yours was found.'
        : `${foundTable(page, sessions)}\n\n${page.paint('dim', 'Adopt one: tutti adopt NUMBER --name NAME')}`,
  }
}

function foundTable(page: Page, sessions: readonly FoundSession[]): string {
  return table(
    page,
    [
      { title: '', cell: ({ number }) => String(number) },
      { title: 'SESSION', cell: ({ session }) => plain(session.name), least: 8 },
      { title: 'PROGRAM', cell: ({ session }) => plain(session.program), least: 8 },
      { title: 'WINDOWS', cell: ({ session }) => String(session.windows) },
      {
        title: 'SINCE',
        cell: ({ session }) => ({ text: relativeTime(session.createdAt, page.now), ink: 'dim' }),
      },
      { title: 'AGENT', cell: ({ session }) => (session.agentId ? '✓ adopted' : '–') },
      { title: 'FOLDER', cell: ({ session }) => ({ text: plain(session.folder), ink: 'dim' }), least: 8 },
    ],
    sessions.map((session, i) => ({ session, number: i + 1 })),
  )
}

async function adopt(call: Call): Promise<Outcome> {
  const client = call.client()
  const session = chosen(await listed(client), call.need('session'))
  const name = call.text('name') ?? session.name
  if (!isAgentName(name) && call.text('name') === undefined) {
    throw new UsageError(
      `The session is called ${JSON.stringify(plain(name))}, which cannot name an agent. Choose one with --name.`,
    )
  }
  const tags = call.list('tags').flatMap((one) => one.split(','))
  const agent = await client.adoptFound({ ref: session.ref, name, label: call.text('label') ?? '', tags })
  return {
    data: agent,
    text: () => `${agent.name} is the tmux session ${plain(session.name)}, which goes on as it was.`,
  }
}

function chosen(sessions: readonly FoundSession[], wanted: string): FoundSession {
  // A session may be called "2": its exact name wins over the number.
  const named = sessions.filter((one) => one.name === wanted || one.ref === wanted)
  if (named.length > 1)
    throw new UsageError(`Several sessions are called ${wanted}. Use the number in \`tutti found\`.`)
  const session = named[0] ?? (/^\d+$/.test(wanted) ? sessions[Number(wanted) - 1] : undefined)
  if (session) return session
  const message = `No tmux session is ${JSON.stringify(plain(wanted))}. Run \`tutti found\` to see what is there.${suggestion(wanted, sessions)}`
  throw new ClientFault(404, { code: 'found.unknown', message })
}
