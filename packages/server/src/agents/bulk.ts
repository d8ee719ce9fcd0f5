// One action on many agents: a few at a time, each with its own outcome, so that one refusal spoils nothing for the others.
import { Fault, fault, never, type Agent, type AgentId, type OutputOf, type ParsedOf } from '@tutti/core'
import type { Context, Log } from '../handler.ts'
import type { Editing } from './editing.ts'
import { mapBounded } from '../queue.ts'
import type { Sessions } from './sessions.ts'
import { DEFAULT_SIZE } from './starting.ts'
import type { Trash } from './trash.ts'

// Starting a program is work for the whole machine; more at once only makes each of them slower.
const AT_ONCE = 8

type BulkInput = ParsedOf<'changeAgents'>
export type BulkResults = OutputOf<'changeAgents'>

interface Deps {
  sessions: Sessions
  trash: Trash
  editing: Editing
  log: Log
  /** Whether the caller may purge, which is a right of its own. */
  mayPurge(context: Context): boolean
}

export function createBulk(deps: Deps) {
  return (input: BulkInput, context: Context): Promise<BulkResults> => {
    if ((input.action === 'tag' || input.action === 'untag') && input.tag === undefined) {
      throw fault('input.invalid', { problems: `tag: ${input.action} needs one`, operation: 'changeAgents' })
    }
    if (input.action === 'purge' && !deps.mayPurge(context)) {
      throw fault('auth.forbidden', { role: context.actor.role, permission: 'agent:purge' })
    }
    return mapBounded(input.ids, AT_ONCE, (id) => outcome(deps, { id, input, context }))
  }
}

async function outcome(deps: Deps, one: One): Promise<BulkResults[number]> {
  const { id } = one
  try {
    await act(deps, one)
    return { id, ok: true }
  } catch (error) {
    const { code, message } = error instanceof Fault ? error : bug(deps, one, error)
    return { id, ok: false, error: { code, message } }
  }
}

// A bug in one item must not hide what became of the others.
function bug({ log }: Deps, { id, context }: One, error: unknown): Fault {
  log.error('agents.bulk-bug', { id, reference: context.requestId, problem: String(error) })
  return fault('server.bug', { reference: context.requestId }, error)
}

interface One {
  id: AgentId
  input: BulkInput
  context: Context
}

function act({ sessions, trash, editing }: Deps, { id, input, context }: One): Promise<Agent | void> {
  const { by } = context
  const { action, tag = '' } = input
  switch (action) {
    case 'wake':
      return sessions.wake(id, DEFAULT_SIZE, by)
    case 'hibernate':
      return sessions.hibernate(id, by)
    case 'restart':
      return sessions.restart(id, by)
    case 'delete':
      return trash.delete(id, by)
    case 'undelete':
      return trash.undelete(id, by)
    case 'purge':
      return trash.purge(id, by)
    case 'tag':
      return editing.patch(id, by, ({ tags }) => ({ tags: withTag(tags, tag) }))
    case 'untag':
      return editing.patch(id, by, ({ tags }) => ({ tags: tags.filter((one) => one !== tag) }))
    default:
      return never(action)
  }
}

const TAGS_MAX = 32 // as the schema of an agent has it

function withTag(tags: string[], tag: string): string[] {
  if (tags.includes(tag)) return tags
  if (tags.length >= TAGS_MAX) {
    throw fault('input.invalid', { problems: `tags: at most ${TAGS_MAX}`, operation: 'changeAgents' })
  }
  return [...tags, tag]
}
