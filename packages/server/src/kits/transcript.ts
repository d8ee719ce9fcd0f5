// The conversation of an agent: in pages, searched, and told as it grows without telling too often or too much.
import {
  never,
  type Clock,
  type Entry,
  type Part,
  type TranscriptGrowth,
  type TranscriptPage,
} from '@tutti/core'
import type { AgentId, NewEvent } from '@tutti/core'
import { createThinnedWrites } from '../thinned-writes.ts'

export interface PageRequest {
  before: string | undefined
  limit: number
  search: string | undefined
}

// A page with pictures in it would take a phone a while.
const PAGE_LENGTH = 4_000_000
// Twice a second looks live; what is larger is fetched by whoever looks, and not told to all.
const GROWTH_EVERY_MS = 500
const GROWTH_LENGTH = 32_000

/** The newest page, or the one before an entry. */
export function pageOf(all: readonly Entry[], { before, limit, search }: PageRequest): TranscriptPage {
  const found = search === undefined || search === '' ? all : all.filter(holding(search))
  const at = before === undefined ? -1 : found.findIndex((entry) => entry.id === before)
  const end = at === -1 ? found.length : at
  let start = end
  for (let length = 0; start > 0 && end - start < limit; start--) {
    length += JSON.stringify(found[start - 1]).length
    if (length > PAGE_LENGTH && start < end) break
  }
  const entries = found.slice(start, end)
  return { entries, before: start > 0 ? (entries[0]?.id ?? null) : null, total: found.length }
}

const holding = (search: string) => {
  const wanted = search.toLowerCase()
  return (entry: Entry): boolean => entry.parts.some((part) => textOf(part).toLowerCase().includes(wanted))
}

function textOf(part: Part): string {
  switch (part.type) {
    case 'tool':
      return `${part.name} ${JSON.stringify(part.input ?? null)} ${part.output ?? ''}`
    case 'diff':
      return `${part.path} ${part.diff}`
    case 'image':
      return part.media
    case 'text':
    case 'thinking':
    case 'note':
      return part.text
    default:
      return never(part)
  }
}

/** Collects what comes and tells it at intervals. */
export function createGrowth({ clock, tell }: { clock: Clock; tell: (event: NewEvent) => Promise<void> }) {
  const grown = new Map<AgentId, Map<string, Entry>>()
  const writes = createThinnedWrites<true>({
    clock,
    intervalMs: GROWTH_EVERY_MS,
    write: async (id) => {
      const entries = [...(grown.get(id)?.values() ?? [])]
      grown.delete(id)
      await tell({ type: 'transcript.grown', subject: id, data: growthOf(id, entries) })
    },
  })
  return {
    add(id: AgentId, entries: readonly Entry[]): void {
      const waiting = grown.get(id) ?? new Map<string, Entry>()
      for (const entry of entries) waiting.set(entry.id, entry)
      grown.set(id, waiting)
      writes.put(id, true)
    },
    flush: writes.flush,
  }
}

function growthOf(agentId: AgentId, entries: Entry[]): TranscriptGrowth {
  const whole = JSON.stringify(entries).length <= GROWTH_LENGTH
  return { agentId, entries: whole ? entries : [], whole }
}
