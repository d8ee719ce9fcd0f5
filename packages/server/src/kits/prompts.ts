// Words for agents: given at once where the program takes them, else kept until it can.
import {
  fault,
  newId,
  type Agent,
  type AgentId,
  type Clock,
  type Fault,
  type QueuedPrompt,
  type RandomBytes,
} from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { createQueue } from '../queue.ts'
import { deletePrompt, insertPrompt, promptById, promptsOf, waitingPrompts } from './store.ts'

export interface PromptsDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  log: Log
  agent(id: AgentId): Agent
  /** Gives words to the program: 'taken', 'busy' when it cannot take them now, 'unable' when it never can. */
  give(id: AgentId, text: string): Promise<'taken' | 'busy' | 'unable'>
  /** What keeps the agent from working at all; null while nothing does. */
  refusal(agent: Agent): Fault | null
  /** Starts the program of an agent that sleeps. */
  wake(id: AgentId, by: By): Promise<unknown>
}

export type Prompts = ReturnType<typeof createPrompts>

export function createPrompts(deps: PromptsDeps) {
  const { store, clock, random, log } = deps
  const inOrder = createQueue()

  const keep = async (id: AgentId, text: string, who: { by: By; name: string }): Promise<QueuedPrompt> => {
    const prompt = {
      id: newId('prompt', clock.now(), random),
      agentId: id,
      text,
      by: who.name,
      createdAt: clock.now(),
    }
    await store.commit({
      by: who.by,
      subject: id,
      statements: [insertPrompt(prompt)],
      events: [{ type: 'prompt.queued', subject: id, data: prompt }],
    })
    return prompt
  }
  const drop = (prompt: QueuedPrompt, by: By) =>
    store.commit({
      by,
      subject: prompt.agentId,
      statements: [deletePrompt(prompt.id)],
      events: [{ type: 'prompt.removed', subject: prompt.agentId, data: { id: prompt.id } }],
    })

  return {
    list: (id: AgentId | undefined): QueuedPrompt[] =>
      id === undefined ? waitingPrompts(store) : promptsOf(store, id),

    /** Throws agent.unable where the program takes no words from us. */
    send: (id: AgentId, text: string, who: { by: By; name: string }): Promise<QueuedPrompt | null> =>
      inOrder(id, async () => {
        const agent = deps.agent(id)
        if (agent.deletedAt !== null) throw fault('agent.deleted', { name: agent.name })
        const refusal = deps.refusal(agent)
        if (refusal !== null) throw refusal
        if (agent.session === null) {
          const prompt = await keep(id, text, who)
          await deps.wake(id, { ...who.by, audited: false })
          return prompt
        }
        // Words keep their order: what waits goes first.
        const waiting = promptsOf(store, id).length > 0
        const outcome = waiting ? 'busy' : await deps.give(id, text)
        if (outcome === 'unable') throw fault('agent.unable', { name: agent.name, what: 'give words to' })
        return outcome === 'taken' ? null : keep(id, text, who)
      }),

    async remove(id: string, by: By): Promise<void> {
      const prompt = promptById(store, id)
      if (!prompt) throw fault('prompt.unknown', { id })
      await drop(prompt, by)
    },

    /** The agent has become free: it gets what has waited longest. */
    next: (id: AgentId): Promise<void> =>
      inOrder(id, async () => {
        const [prompt] = promptsOf(store, id)
        if (!prompt || deps.refusal(deps.agent(id)) !== null) return
        try {
          if ((await deps.give(id, prompt.text)) !== 'taken') return
          await drop(prompt, { actor: 'system', address: '', act: 'givePrompt', audited: false })
        } catch (error) {
          log.warn('prompt.not-given', { id: prompt.id, problem: String(error) })
        }
      }),
  }
}
