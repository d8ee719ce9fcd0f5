// What was written and not yet sent, kept while one looks at another agent.
import { create } from 'zustand'

interface Draft {
  text: string
  files: readonly File[]
}

const NOTHING: Draft = { text: '', files: [] }

const useDrafts = create<{ drafts: ReadonlyMap<string, Draft> }>()(() => ({ drafts: new Map() }))

export function useDraft(agentId: string) {
  const draft = useDrafts(({ drafts }) => drafts.get(agentId) ?? NOTHING)
  const put = (next: Draft) =>
    useDrafts.setState(({ drafts }) => ({ drafts: new Map(drafts).set(agentId, next) }))
  return {
    ...draft,
    set: (change: Partial<Draft>) => put({ ...draft, ...change }),
    clear: () => put(NOTHING),
  }
}
