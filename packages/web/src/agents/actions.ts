// What can be done to agents: at once on the screen, put back with a sentence where the server refuses.
import type { Agent, InputOf, OutputOf, State } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { putAgent, useAgents } from '../data/agents-store.ts'
import { changePreferences, usePreferences } from '../data/preferences-store.ts'
import { copyText } from '../data/clipboard.ts'
import { toast, toastError } from '../data/toast-store.ts'
import { t } from '../words/words.ts'

type Bulk = InputOf<'changeAgents'>
type Change = Omit<InputOf<'updateAgent'>, 'id'>

export const wake = (agents: readonly Agent[]): Promise<boolean> =>
  change(agents, { action: 'wake', guess: withState('starting'), one: (id) => api.wakeAgent({ id }) })

export const restart = (agents: readonly Agent[]): Promise<boolean> =>
  change(agents, { action: 'restart', guess: withState('starting'), one: (id) => api.restartAgent({ id }) })

export async function hibernate(agents: readonly Agent[]): Promise<void> {
  const done = await change(agents, {
    action: 'hibernate',
    guess: (agent) => ({ ...withState('hibernated')(agent), session: null }),
    one: (id) => api.hibernateAgent({ id }),
  })
  if (done)
    toast(t('agents.hibernated', { n: agents.length, name: agents[0]?.name ?? '' }), {
      undo: () => void wake(agents),
    })
}

/** Deleting offers undo; the agents come back for 30 days. */
export async function remove(agents: readonly Agent[]): Promise<void> {
  const done = await change(agents, {
    action: 'delete',
    guess: (agent) => ({ ...agent, deletedAt: Date.now() }),
    one: (id) => api.deleteAgent({ id }),
  })
  if (done)
    toast(t('agents.deleted-toast', { n: agents.length, name: agents[0]?.name ?? '' }), {
      undo: () => void undelete(agents),
    })
}

export const undelete = (agents: readonly Agent[]): Promise<boolean> =>
  change(agents, {
    action: 'undelete',
    guess: (agent) => ({ ...agent, deletedAt: null }),
    one: (id) => api.undeleteAgent({ id }),
  })

/** For good: the caller has asked and named what is lost. */
export async function purge(agents: readonly Agent[]): Promise<void> {
  const ids = agents.map(({ id }) => id)
  const results = await attempt(() => api.changeAgents({ action: 'purge', ids }))
  if (results) report(results)
}

export async function tag(agents: readonly Agent[], name: string, on: boolean): Promise<void> {
  const tags = (agent: Agent) =>
    on ? [...new Set([...agent.tags, name])] : agent.tags.filter((one) => one !== name)
  const bulk: Pick<Bulk, 'action' | 'tag'> = { action: on ? 'tag' : 'untag', tag: name }
  await change(agents, { ...bulk, guess: (agent) => ({ ...agent, tags: tags(agent) }) })
}

/** Changes fields of one agent; `name` regroups it in the tree. Says false after a refusal. */
export async function update(agent: Agent, fields: Change): Promise<boolean> {
  const answer = await attempt(() => api.updateAgent({ id: agent.id, ...fields }, { version: agent.version }))
  if (answer) putAgent(answer)
  return answer !== null
}

export async function setRecording(agent: Agent, on: boolean): Promise<void> {
  const { recording } = agent
  if (on) await attempt(() => api.startRecording({ id: agent.id }))
  else if (recording) await attempt(() => api.stopRecording({ id: recording }))
}

export async function copyAttach(agent: Agent): Promise<void> {
  const answer = await attempt(() => api.getAttachCommand({ id: agent.id }))
  if (answer) await copyText(answer.argv.map(shellWord).join(' '))
}

export function toggleFavourite(id: Agent['id']): void {
  const favourites = usePreferences.getState().preferences.favourites ?? []
  changePreferences({
    favourites: favourites.includes(id) ? favourites.filter((one) => one !== id) : [...favourites, id],
  })
}

interface Act {
  action: Bulk['action']
  tag?: string
  /** How it will look, shown at once. */
  guess: (agent: Agent) => Agent
  /** The operation for a single agent, which answers with the agent itself. */
  one?: (id: Agent['id']) => Promise<Agent>
}

/** Says false where nothing was done. */
async function change(agents: readonly Agent[], act: Act): Promise<boolean> {
  const first = agents[0]
  if (!first) return false
  for (const agent of agents) show(act.guess(agent))
  const putBack = () => agents.forEach(show)
  const { one } = act
  if (agents.length === 1 && one) {
    const answer = await attempt(() => one(first.id), putBack)
    if (answer) putAgent(answer)
    return answer !== null
  }
  const { action } = act
  const ids = agents.map(({ id }) => id)
  const results = await attempt(
    () => api.changeAgents({ action, ids, ...(act.tag ? { tag: act.tag } : {}) }),
    putBack,
  )
  if (!results) return false
  const failed = new Set(results.filter(({ ok }) => !ok).map(({ id }) => id))
  agents.filter(({ id }) => failed.has(id)).forEach(show)
  report(results)
  return failed.size < agents.length
}

function report(results: OutputOf<'changeAgents'>): void {
  const failed = results.filter(({ ok }) => !ok)
  const first = failed[0]?.error?.message
  if (first) toastError(t('agents.bulk-failed', { n: failed.length, all: results.length, first }))
}

/** Shows a guess without giving it a newer version, so that the event of the real change replaces it. */
function show(agent: Agent): void {
  useAgents.setState((state) => {
    const agents = new Map(state.agents)
    const deleted = new Map(state.deleted)
    agents.delete(agent.id)
    deleted.delete(agent.id)
    ;(agent.deletedAt === null ? agents : deleted).set(agent.id, agent)
    return { agents, deleted }
  })
}

const withState =
  (state: State) =>
  (agent: Agent): Agent => ({ ...agent, status: { state, why: t('agents.asked'), since: Date.now() } })

/** One word for a POSIX shell, so that the command can be pasted as it is. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
