// Agents by name: the tree, and the commands that take several names or do more than their row in the table says.
import { ClientFault } from '@tutti/client'
import { STATE_SIGNS, faultCodes, type Agent, type State } from '@tutti/core'
import { isAbsolute, join } from 'node:path'
import { onOff, text, variant, type Call, type Command, type Outcome } from '../command.ts'
import { describe } from '../describe.ts'
import { plain } from '../display-width.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { nameTree, type TreeLine } from '../name-tree.ts'
import { agentNamed, agentsAmong, agentsElsewhere, agentsNamed, fitsPattern, type Among } from '../naming.ts'
import type { Ink, Page } from '../page.ts'
import { working } from '../progress.ts'
import { table, type Cell } from '../table.ts'
import { counted, relativeTime } from '../words.ts'
import { agreed } from './care-commands.ts'
import { isAgentsOwn, knownAgents } from './self-commands.ts'
import { tableCommand } from './table-commands.ts'

const NAMES = { name: 'names', many: true, completes: 'agent' } as const
const TAGS = { name: 'tags', many: true } as const
const YES = onOff('yes', 'do not ask')

const ACTIONS = ['wake', 'hibernate', 'restart', 'delete', 'undelete', 'purge'] as const
type Action = (typeof ACTIONS)[number]
const SAYS: Record<Action, string> = {
  wake: 'Start the program of agents',
  hibernate: 'Stop the program of agents and keep everything else',
  restart: 'Stop and start the program of agents',
  delete: 'Delete agents; they can be undeleted for 30 days',
  undelete: 'Bring deleted agents back',
  purge: 'Remove deleted agents for good, with key, avatar and recordings',
}
const DONE: Record<Action | 'tag' | 'untag', string> = {
  wake: 'started',
  hibernate: 'hibernated',
  restart: 'restarted',
  delete: 'deleted',
  undelete: 'is back',
  purge: 'removed for good',
  tag: 'tagged',
  untag: 'untagged',
}

export const agentCommands: Command[] = [
  {
    words: 'agents list',
    says: 'All agents as a tree, with what they do',
    args: [],
    flags: [
      onOff('deleted', 'the deleted ones'),
      onOff('flat', 'whole names and no tree'),
      text('tag', 'only those with this tag'),
      text('state', 'only those in this state', { choices: Object.keys(STATE_SIGNS) }),
      onOff('room', 'those of other machines as well'),
    ],
    run: list,
  },
  {
    words: 'agents show',
    says: 'Show one agent',
    args: [{ name: 'name', completes: 'agent' }],
    flags: [],
    run: show,
  },
  create(),
  {
    words: 'agents rename',
    says: 'Rename an agent; the tree regroups',
    args: [{ name: 'name', completes: 'agent' }, { name: 'new-name' }],
    flags: [],
    run: rename,
  },
  ...ACTIONS.map((action): Command => ({
    words: `agents ${action}`,
    says: `${SAYS[action]}; * stands for any text`,
    args: [{ ...NAMES, completes: action === 'undelete' || action === 'purge' ? 'deleted-agent' : 'agent' }],
    flags: action === 'purge' ? [YES] : [],
    run: (call) => bulk(call, { action, patterns: call.list('names') }),
  })),
  ...(['tag', 'untag'] as const).map((action): Command => ({
    words: `agents ${action}`,
    says: action === 'tag' ? 'Tag an agent' : 'Take tags from an agent',
    args: [{ name: 'name', completes: 'agent' }, TAGS],
    flags: [],
    run: (call) => tag(call, action),
  })),
  {
    words: 'agents bulk',
    says: 'Do one thing to all agents whose names fit; * stands for any text',
    args: [
      { name: 'action', says: [...ACTIONS, 'tag', 'untag'].join(' | ') },
      { name: 'patterns', many: true },
    ],
    flags: [text('tag', 'for tag and untag'), onOff('dry-run', 'only say which agents'), YES],
    run: (call) => bulk(call, { action: actionOf(call.need('action')), patterns: call.list('patterns') }),
  },
]

async function list(call: Call): Promise<Outcome> {
  if (isAgentsOwn(call)) return knownAgents(call)
  const wanted = { tag: call.text('tag'), state: call.text('state') }
  const own = await agentsAmong(call.client(), call.on('deleted') ? 'deleted' : 'living')
  const others = await othersFor(call, own)
  const agents: readonly Agent[] = call.on('room') ? [...own, ...others] : own
  const shown = agents
    .filter((agent) => wanted.tag === undefined || agent.tags.includes(wanted.tag))
    .filter((agent) => wanted.state === undefined || agent.status.state === wanted.state)
  // In a pipe each line holds a whole name, for grep and awk.
  const flat = call.on('flat') === true || !call.io.outTty
  return {
    data: shown,
    text: (page) => {
      if (shown.length > 0) return `${agentTable(page, shown, flat)}${needs(page, shown)}`
      if (agents.length > 0) return 'No agent fits.'
      if (others.length > 0)
        return `There are no agents here, and ${others.length} on other machines: tutti agents --room`
      return emptyRoom(call.on('deleted') === true)
    },
  }
}

/** The agents of other machines, where they are asked for or all that there is. */
async function othersFor(call: Call, own: readonly Agent[]): Promise<readonly Agent[]> {
  if (call.on('deleted')) return []
  if (call.on('room')) return agentsElsewhere(call.client())
  // Whoever may not see other machines has an empty room.
  return own.length > 0 ? [] : agentsElsewhere(call.client()).catch(() => [])
}

const emptyRoom = (deleted: boolean) =>
  deleted
    ? 'No agent is deleted.'
    : 'There are no agents yet. Begin with `tutti agents create NAME -- PROGRAM`, `tutti found` or `tutti demo`.'

const INKS: Partial<Record<State, Ink>> = {
  working: 'blue',
  background: 'cyan',
  'waiting-approval': 'yellow',
  'waiting-answer': 'yellow',
  failed: 'red',
  interrupted: 'red',
  'rate-limited': 'magenta',
  hibernated: 'dim',
  idle: 'dim',
  exited: 'dim',
}

/** The table of agents; exported for its tests. */
export function agentTable(page: Page, agents: readonly Agent[], flat: boolean): string {
  const sorted = agents.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const rows: TreeLine<Agent>[] = flat ? sorted.map((item) => ({ text: item.name, item })) : nameTree(sorted)
  const of = (read: (agent: Agent) => Cell | string) => (row: { item: Agent | null }) =>
    row.item ? read(row.item) : ''
  return table<TreeLine<Agent>>(
    page,
    [
      { title: 'NAME', cell: (row) => row.text },
      { title: 'STATE', cell: of(stateCell) },
      {
        title: 'SINCE',
        cell: of((agent) => ({ text: relativeTime(agent.status.since, page.now), ink: 'dim' })),
      },
      { title: 'PROGRAM', cell: of((agent) => plain(programWord(agent))), least: 8 },
      {
        title: 'LABEL',
        cell: of((agent) => plain([agent.label, ...agent.tags.map((one) => `#${one}`)].join(' ').trim())),
        least: 6,
      },
      { title: 'FOLDER', cell: of((agent) => ({ text: plain(agent.folder), ink: 'dim' })), least: 8 },
    ],
    rows,
  )
}

function stateCell({ status }: Agent): Cell {
  const { glyph, word } = STATE_SIGNS[status.state]
  const ink = INKS[status.state]
  return { text: `${glyph} ${word}`, ...(ink ? { ink } : {}) }
}

const programWord = ({ program }: Agent) => program.split('/').at(-1) ?? program

function needs(page: Page, agents: readonly Agent[]): string {
  const count = agents.filter((agent) => STATE_SIGNS[agent.status.state].needsYou).length
  return count === 0
    ? ''
    : `\n\n${page.paint('yellow', `${counted(count, 'agent')} need${count === 1 ? 's' : ''} you.`)}`
}

async function show(call: Call): Promise<Outcome> {
  const agent = await agentNamed(call.client(), call.need('name'), 'both')
  return {
    data: agent,
    text: (page) => {
      const { text: state, ink } = stateCell(agent)
      const head = `${page.paint('bold', agent.name)}  ${ink ? page.paint(ink, state) : state}  ${plain(agent.status.why)}`
      const { name: _name, status: _status, ...rest } = agent
      return `${head}\n${describe(page, rest)}`
    },
  }
}

function create(): Command {
  const derived = tableCommand('createAgent', (input, call) => {
    const [program, ...args] = call.rest
    const folder = typeof input.folder === 'string' ? input.folder : call.io.cwd
    const whole = { ...input, folder: isAbsolute(folder) ? folder : join(call.io.cwd, folder) }
    if (program !== undefined) return { ...whole, program, args }
    if (input.program === undefined)
      throw new UsageError('Say which program: tutti agents create NAME -- PROGRAM ARGS')
    return whole
  })
  return variant(derived, {
    rest: 'PROGRAM ARGS',
    run: async (call) => {
      const outcome = await derived.run(call)
      return {
        ...outcome,
        text: () =>
          `${call.need('name')} is there. \`tutti attach ${call.need('name')}\` shows its terminal.`,
      }
    },
  })
}

async function rename(call: Call): Promise<Outcome> {
  const agent = await agentNamed(call.client(), call.need('name'))
  const name = call.need('new-name')
  const renamed = await call.client().updateAgent({ id: agent.id, name }, { version: agent.version })
  return { data: renamed, text: () => `${agent.name} is called ${name} now.` }
}

async function tag(call: Call, action: 'tag' | 'untag'): Promise<Outcome> {
  const agent = await agentNamed(call.client(), call.need('name'))
  const given = call.list('tags').flatMap((one) => one.split(','))
  const kept = agent.tags.filter((one) => !given.includes(one))
  const tags = action === 'tag' ? [...kept, ...given] : kept
  const changed = await call.client().updateAgent({ id: agent.id, tags }, { version: agent.version })
  return {
    data: changed,
    text: () => `${agent.name}: ${changed.tags.map((one) => `#${one}`).join(' ') || 'no tags'}`,
  }
}

interface Bulk {
  action: Action | 'tag' | 'untag'
  patterns: readonly string[]
}

const isAction = (word: string): word is Bulk['action'] => Object.hasOwn(DONE, word)

function actionOf(word: string): Bulk['action'] {
  if (isAction(word)) return word
  throw new UsageError(`Expected one of ${Object.keys(DONE).join(', ')}; got ${JSON.stringify(word)}.`)
}

async function bulk(call: Call, { action, patterns }: Bulk): Promise<Outcome> {
  const given = call.text('tag')
  if ((action === 'tag' || action === 'untag') && given === undefined)
    throw new UsageError('--tag is needed.')
  const agents = await meant(
    call,
    patterns,
    action === 'undelete' || action === 'purge' ? 'deleted' : 'living',
  )
  if (call.on('dry-run'))
    return {
      data: agents.map(({ id, name }) => ({ id, name })),
      text: () => agents.map(({ name }) => name).join('\n'),
    }
  if (action === 'purge' && !(await agreed(call, `Remove ${counted(agents.length, 'agent')} for good?`)))
    return { data: [], text: () => 'Nothing was changed.' }
  const ids = agents.map(({ id }) => id)
  const change = { ids, action, ...(given === undefined ? {} : { tag: given }) }
  const results = await working(
    call.io,
    `${counted(ids.length, 'agent')}: ${action}`,
    call.client().changeAgents(change),
  )
  throwOnly(results)
  const names = new Map<string, string>(agents.map(({ id, name }) => [id, name]))
  return {
    data: results.map((result) => Object.assign({ name: names.get(result.id) }, result)),
    text: (page) =>
      results
        .map(({ id, error }) =>
          error
            ? `${page.paint('red', '✕')} ${plain(error.message)}`
            : `${page.paint('green', '✓')} ${names.get(id) ?? id} ${DONE[action]}`,
        )
        .join('\n'),
    exit: results.every(({ ok }) => ok) ? EXIT.ok : EXIT.fault,
  }
}

/** One agent that could not is a failure with its own exit code, not a line in a list. */
function throwOnly(results: readonly { error?: { code: string; message: string } | undefined }[]): void {
  const [only, ...others] = results
  if (!only?.error || others.length > 0) return
  const status = faultCodes().find(({ code }) => code === only.error?.code)?.status ?? 500
  throw new ClientFault(status, only.error)
}

/** Exact names must exist; a pattern must fit somebody. */
async function meant(call: Call, patterns: readonly string[], among: Among): Promise<Agent[]> {
  const client = call.client()
  const exact = patterns.filter((one) => !one.includes('*'))
  const loose = patterns.filter((one) => one.includes('*'))
  const named = exact.length > 0 ? await agentsNamed(client, exact, among) : []
  const all = loose.length > 0 ? await agentsAmong(client, among) : []
  const fitting = all.filter((agent) => loose.some((pattern) => fitsPattern(agent.name, pattern)))
  const unique = new Map([...named, ...fitting].map((agent) => [agent.id, agent]))
  if (unique.size === 0)
    throw new UsageError(`No ${among === 'deleted' ? 'deleted ' : ''}agent fits ${patterns.join(' ')}.`)
  return [...unique.values()]
}
