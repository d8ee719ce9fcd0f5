// Agents that the user does not want to be called for: still in the list, but neither counted nor heard.
import { changePreferences, usePreferences } from '../data/preferences-store.ts'
import { toast } from '../data/toast-store.ts'
import { useAgents } from '../data/agents-store.ts'
import { t } from '../words/words.ts'

const NONE: readonly string[] = []

export const mutedIds = (): readonly string[] => usePreferences.getState().preferences.muted ?? NONE

export const useMuted = (): readonly string[] => usePreferences((state) => state.preferences.muted ?? NONE)

export const isMuted = (id: string): boolean => mutedIds().includes(id)

export function toggleMuted(id: string): void {
  const agent = useAgents.getState().agents.get(id)
  if (!agent) return
  const muted = usePreferences.getState().preferences.muted ?? []
  const on = !muted.includes(agent.id)
  changePreferences({ muted: on ? [...muted, agent.id] : muted.filter((one) => one !== agent.id) })
  if (on) toast(t('agents.muted', { name: agent.name }), { undo: () => toggleMuted(id) })
}
