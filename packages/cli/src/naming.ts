// People name agents and users by name; the API takes ids. A name must be exact: a prefix that fits two would act on the wrong one.
import { ClientFault, type Client } from '@tutti/client'
import { fault, type Agent, type AgentId, type UserId } from '@tutti/core'
import { UsageError } from './exit-code.ts'

const ID = /^(?:agt|usr)_[0-9a-hjkmnp-tv-z]{22}$/

/** Which agents may be meant: living ones, deleted ones, or both. */
export type Among = 'living' | 'deleted' | 'both'

/** The agents as called, in the order given. Throws agent.unknown with the names that are near. */
export async function agentsNamed(
  client: Client,
  names: readonly string[],
  among: Among = 'living',
): Promise<Agent[]> {
  const own = await agentsAmong(client, among)
  const isElsewhere = (name: string) => name.includes('@') && !own.some((agent) => agent.name === name)
  const agents = names.some(isElsewhere) ? [...own, ...(await agentsElsewhere(client))] : own
  return names.map(
    (name) => agents.find((agent) => agent.name === name || agent.id === name) ?? noAgent(name, agents),
  )
}

export async function agentsAmong(client: Client, among: Among): Promise<Agent[]> {
  const living = among === 'deleted' ? [] : await client.listAgents({})
  const deleted = among === 'living' ? [] : await client.listAgents({ deleted: true })
  return [...living, ...deleted]
}

/** Those of other machines of the room, as far as those show them: each by its name and its machine. */
export async function agentsElsewhere(client: Client): Promise<(Agent & { machine: string })[]> {
  const machines = await client.listNodeAgents({})
  return machines.flatMap(({ name: machine, agents }) =>
    agents.map((agent) => ({ ...agent, name: `${agent.name}@${machine}`, machine })),
  )
}

/** The id of a machine of the room by its name; one that is an id already stays. */
export async function nodeId(client: Client, wanted: string): Promise<string> {
  if (wanted.startsWith('did:key:')) return wanted
  const nodes = (await client.listNodes()).filter(({ link }) => link !== 'self')
  const found = nodes.find(({ name }) => name === wanted.toLowerCase())
  if (found) return found.id
  throw new UsageError(
    `No machine of the room is called ${wanted}.${suggestion(wanted, nodes)}`,
    'tutti nodes',
  )
}

export async function agentNamed(client: Client, name: string, among: Among = 'living'): Promise<Agent> {
  const [agent] = await agentsNamed(client, [name], among)
  return agent ?? noAgent(name, [])
}

/** The id, without asking the server when it is one already. */
export async function agentId(client: Client, name: string, among: Among = 'living'): Promise<AgentId> {
  return isAgentId(name) ? name : (await agentNamed(client, name, among)).id
}

const isAgentId = (name: string): name is AgentId => name.startsWith('agt_') && ID.test(name)
const isUserId = (name: string): name is UserId => name.startsWith('usr_') && ID.test(name)

export async function userId(client: Client, name: string): Promise<UserId> {
  if (isUserId(name)) return name
  const users = await client.listUsers()
  const user = users.find((one) => one.name === name)
  if (user) return user.id
  const { code, status } = fault('user.unknown', { id: name })
  const message = `No user is called ${name}.${suggestion(name, users)}`
  throw new ClientFault(status, { code, message, details: { id: name } })
}

function noAgent(name: string, agents: readonly Agent[]): never {
  const { code, status, message } = fault('agent.unknown', { id: name })
  throw new ClientFault(status, { code, message: message + suggestion(name, agents), details: { id: name } })
}

const MOST_SUGGESTED = 3

/** ` Did you mean shop-api?`, or nothing when no name is near. */
export function suggestion(wanted: string, among: readonly { name: string }[]): string {
  const near = among
    .map(({ name }) => ({ name, far: farness(wanted, name) }))
    .filter(({ far }) => far <= 2)
    .toSorted((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, MOST_SUGGESTED)
    .map(({ name }) => name)
  return near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''
}

// Part of a name counts like one slip: people forget the front of shop-backend-api.
const farness = (wanted: string, name: string) =>
  wanted.length > 2 && name.includes(wanted) ? 1 : distance(wanted.slice(0, 80), name)

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** Whether the name fits a pattern in which `*` stands for any text. */
export function fitsPattern(name: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[^a-z0-9-]/gi, String.raw`\$&`))
  return new RegExp(`^${source.join('.*')}$`).test(name)
}
