// The queue at the command line: what waits, answers with 1, 2, 3 or words, and why an agent is shown as it is.
import { ClientFault } from '@tutti/client'
import {
  fault,
  isSnoozed,
  type Agent,
  type Answer,
  type AttentionItem,
  type Entry,
  type OutputOf,
  type Part,
} from '@tutti/core'
import { onOff, text, variant, type Call, type Command, type Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import { UsageError } from '../exit-code.ts'
import { agentNamed, agentsAmong } from '../naming.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'
import { relativeTime } from '../words.ts'
import { tableCommand } from './table-commands.ts'

const AGENT = { name: 'agent', completes: 'agent' } as const

export const attentionCommands: Command[] = [
  {
    words: 'attention list',
    says: 'What waits for a person, the costliest wait first, or what was settled',
    args: [],
    flags: [onOff('settled', 'what was settled, newest first'), text('agent', 'only of this agent')],
    run: list,
  },
  {
    words: 'answer',
    says: 'Answer what an agent asks: the number of a choice, or words',
    args: [
      { ...AGENT, says: 'an agent, `name@machine`, or the id of what it asks' },
      { name: 'answer', many: true, optional: true, says: 'numbers, one for each question, or words' },
    ],
    flags: [
      text('deny', 'refuse, with the reason that the agent sees'),
      onOff('group', 'all agents that ask the same'),
    ],
    run: answer,
  },
  promptCommand(),
  {
    words: 'why',
    says: 'Why an agent is shown as it is: the evidence, best first',
    args: [AGENT],
    flags: [],
    run: why,
  },
  {
    words: 'transcript',
    says: 'The conversation with an agent, its newest part last',
    args: [AGENT],
    flags: [text('limit', 'how many entries (20)'), text('search', 'only entries with these words')],
    run: transcript,
  },
]

function promptCommand(): Command {
  const derived = tableCommand('sendPrompt')
  return variant(derived, {
    run: async (call) => {
      const outcome = await derived.run(call)
      // The client gives what the table's schema says.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { queued } = outcome.data as OutputOf<'sendPrompt'>
      const name = call.need('id')
      const said = queued ? `It waits until ${name} can take it: tutti prompts` : `${name} has it.`
      return { ...outcome, text: () => said }
    },
  })
}

async function list(call: Call): Promise<Outcome> {
  const client = call.client()
  const named = call.text('agent')
  const agentId = named === undefined ? undefined : (await agentNamed(client, named)).id
  const settled = call.on('settled') === true
  const items = await client.listAttention({ settled, ...(agentId ? { agentId } : {}) })
  const agents = await agentsAmong(client, 'both')
  return {
    data: items,
    text: (page) => {
      if (items.length === 0) return settled ? 'Nothing was settled yet.' : 'Nothing waits for you.'
      const hint = settled
        ? ''
        : `\n\n${page.paint('dim', 'Answer: tutti answer AGENT 1, or words. Why: tutti why AGENT')}`
      return `${itemTable(page, items, agents)}${hint}`
    },
  }
}

function itemTable(page: Page, items: readonly AttentionItem[], agents: readonly Agent[]): string {
  const nameOf = (item: AttentionItem) =>
    agents.find(({ id }) => id === item.agentId)?.name ?? addressOf(item) ?? item.agentId
  const stateOf = (item: AttentionItem) => (isSnoozed(item, page.now) ? 'snoozed' : item.receipt)
  return table(
    page,
    [
      { title: 'AGENT', cell: nameOf, least: 8 },
      { title: 'KIND', cell: ({ ask }) => ask.kind },
      { title: 'STATE', cell: stateOf },
      { title: 'SINCE', cell: ({ createdAt }) => ({ text: relativeTime(createdAt, page.now), ink: 'dim' }) },
      { title: 'ABOUT', cell: ({ ask }) => plain(ask.title), least: 20 },
      { title: 'CHOICES', cell: (item) => answersOf(item, nameOf(item)), least: 8 },
      // An answer takes the name of the agent; the id is for scripts and wide terminals.
      ...(page.columns >= WIDE_CELLS
        ? [{ title: 'ID', cell: ({ id }: AttentionItem) => ({ text: id, ink: 'dim' as const }) }]
        : []),
    ],
    items,
  )
}

const WIDE_CELLS = 130

/** An agent of another machine, as it is written to. */
const addressOf = ({ asker }: AttentionItem): string | null =>
  asker ? plain(`${asker.name}@${asker.machine}`) : null

/** What one may answer; where the program offers nothing, the way to its terminal. */
function answersOf({ ask }: AttentionItem, name: string): string {
  const [question] = ask.questions
  const isMute = question?.choices.length === 0 && !question.words
  return isMute ? `tutti attach ${plain(name)}` : plain(choicesOf(question?.choices ?? []))
}

const choicesOf = (choices: readonly { label: string }[]): string =>
  choices.map(({ label }, index) => `${index + 1} ${label}`).join('  ')

async function answer(call: Call): Promise<Outcome> {
  const client = call.client()
  const item = await itemNamed(call, call.need('agent'))
  const given = answerTo(item, call)
  if (call.on('group') === true && item.group !== null) {
    const open = await client.listAttention({})
    const same = open.filter(({ group, receipt }) => group === item.group && receipt === 'pending')
    const items = same.map(({ id, version }) => ({ id, version }))
    const results = await client.answerAttentionGroup({ items, answer: given })
    const done = results.filter(({ ok }) => ok).length
    return { data: results, text: () => `${done} of ${results.length} answered.` }
  }
  const answered = await client.answerAttention({ id: item.id, version: item.version, answer: given })
  return { data: answered, text: () => `Answered: ${plain(item.ask.title)}` }
}

async function itemNamed(call: Call, name: string): Promise<AttentionItem> {
  const client = call.client()
  const open = await client.listAttention({})
  const byId = open.find((one) => one.id === name)
  if (byId) return byId
  const elsewhere = open.find((one) => addressOf(one) === name && one.receipt === 'pending')
  if (elsewhere) return elsewhere
  const agent = await agentNamed(client, name)
  const item = open.find(({ agentId, receipt }) => agentId === agent.id && receipt === 'pending')
  if (item) return item
  const { code, status } = fault('attention.unknown', { id: name })
  throw new ClientFault(status, {
    code,
    message: `${agent.name} asks nothing. \`tutti attention\` lists what waits.`,
  })
}

/** Numbers where they can be meant, one for each question; anything else is words. */
function answerTo({ ask }: AttentionItem, call: Call): Answer {
  const reason = call.text('deny')
  const words = call.list('answer')
  if (reason !== undefined) return { kind: 'deny', reason }
  if (words.length === 0) throw new UsageError('Say what to answer: a number, words, or --deny REASON.')
  const isNumbers =
    words.every((word) => /^\d+(?:,\d+)*$/.test(word)) && words.length === ask.questions.length
  if (!isNumbers) return { kind: 'words', words: words.join(' ') }
  const keysOf = (word: string, index: number) =>
    word.split(',').map((number) => keyOf(ask.questions[index]?.choices ?? [], Number(number)))
  return { kind: 'choose', choices: words.map(keysOf) }
}

function keyOf(choices: readonly { key: string; label: string }[], number: number): string {
  const choice = choices[number - 1]
  if (choice) return choice.key
  throw new UsageError(`There is no choice ${number}; there are ${choicesOf(choices)}.`)
}

async function why(call: Call): Promise<Outcome> {
  const client = call.client()
  const agent = await agentNamed(client, call.need('agent'))
  const told = await client.getWhy({ id: agent.id })
  const { state, why: because, since } = told.status
  return {
    data: told,
    text: (page) => {
      const head = `${agent.name}: ${state}, ${relativeTime(since, page.now)}\n${plain(because)}`
      if (told.reasons.length === 0) return head
      const evidence = table(
        page,
        [
          { title: 'SOURCE', cell: ({ source }) => source },
          { title: 'SAYS', cell: (reason) => reason.state },
          { title: 'COUNTS', cell: ({ role }) => role },
          { title: 'WHEN', cell: ({ at }) => ({ text: relativeTime(at, page.now), ink: 'dim' }) },
          { title: 'EVIDENCE', cell: (reason) => plain(reason.why), least: 20 },
        ],
        told.reasons,
      )
      return `${head}\n\n${evidence}`
    },
  }
}

const ENTRIES = 20

async function transcript(call: Call): Promise<Outcome> {
  const client = call.client()
  const agent = await agentNamed(client, call.need('agent'), 'both')
  const search = call.text('search')
  const limit = Number(call.text('limit') ?? ENTRIES)
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit expects a number from 1 on.')
  const page = await client.getTranscript({
    id: agent.id,
    limit,
    ...(search === undefined ? {} : { search }),
  })
  return {
    data: page,
    text: (paper) =>
      page.entries.length === 0
        ? `${agent.name} has no conversation that Tutti can read.`
        : page.entries.map((entry) => entryText(paper, entry)).join('\n\n'),
  }
}

const entryText = (page: Page, { role, at, thread, parts }: Entry): string => {
  const who = thread === null ? role : `${role} ${plain(thread)}`
  return [page.paint('dim', `${who}, ${relativeTime(at, page.now)}`), ...parts.map(partText)].join('\n')
}

/** Line by line, so that the lines stay and nothing in them can act. */
const lines = (given: string): string => given.split('\n').map(plain).join('\n')

function partText(part: Part): string {
  switch (part.type) {
    case 'tool':
      return `▸ ${plain(part.name)} ${plain(JSON.stringify(part.input ?? null))}${part.failed ? ' ✕' : ''}`
    case 'diff':
      return `± ${plain(part.path)}\n${lines(part.diff)}`
    case 'image':
      return `[${plain(part.media)}]`
    case 'text':
    case 'thinking':
    case 'note':
      return lines(part.text)
    default:
      return ''
  }
}
