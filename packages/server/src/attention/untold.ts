// An agent that waits for a person although its program tells nothing that could be answered here, such as a dialog that no kit
// knows: it is in the queue all the same, so that whoever is away hears of it. Its terminal is the place to answer.
import { waits, type Agent, type AgentId, type Ask, type AttentionItem, type Clock } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Attention } from './attention.ts'

interface Deps {
  store: Pick<Store, 'onEvents'>
  clock: Clock
  attention: Pick<Attention, 'board' | 'raise' | 'over'>
  agent(id: AgentId): Agent | undefined
  quietly: Quietly
}

/** A hook or the screen tells of a request within that time of the state that it makes. */
const PATIENCE_MS = 3000
const REF = 'untold '

/** Works until the answer is called. */
export function watchUntold({ store, clock, attention, agent, quietly }: Deps): () => void {
  const patient = new Map<AgentId, () => void>()

  const consider = (id: AgentId, found: Agent | undefined): void => {
    const asking = attention.board.ofAgent(id).filter(isOfProgram)
    const own = asking.filter(isOwn)
    if (!found || !isWaiting(found) || asking.length > own.length) {
      patient.get(id)?.()
      patient.delete(id)
      for (const { ask } of own) quietly(attention.over(id, ask.ref, 'It does not wait for this any more'))
    } else if (own.length === 0 && !patient.has(id)) {
      patient.set(
        id,
        clock.after(PATIENCE_MS, () => look(id)),
      )
    }
  }
  const look = (id: AgentId): void => {
    patient.delete(id)
    const found = agent(id)
    if (!found || !isWaiting(found) || attention.board.ofAgent(id).some(isOfProgram)) return
    quietly(attention.raise(id, askOf(found)))
  }

  const deaf = store.onEvents((events) => {
    for (const { type, data } of events) {
      if (type === 'agent.changed') consider(data.id, data)
      else if (type === 'agent.deleted') consider(data.id, undefined)
      else if (type === 'attention.changed' && isOfProgram(data)) consider(data.agentId, agent(data.agentId))
    }
  })
  return () => {
    deaf()
    for (const cancel of patient.values()) cancel()
  }
}

const isOfProgram = ({ ask, onlyFor }: AttentionItem): boolean => onlyFor === undefined && waits(ask)
const isOwn = ({ ask }: AttentionItem): boolean => ask.ref.startsWith(REF)

const isWaiting = ({ session, status: { state } }: Agent): boolean =>
  session !== null && (state === 'waiting-approval' || state === 'waiting-answer')

const askOf = ({ status: { since, why } }: Agent): Ask => ({
  ref: `${REF}${since}`,
  kind: 'question',
  title: 'It waits in its terminal',
  tool: null,
  input: null,
  reason: why,
  questions: [{ text: 'Answer it in its terminal.', header: '', choices: [], multiple: false, words: false }],
  at: since,
  onBehalfOf: null,
})
