// Where things live that no directory names: prompts, recordings, items and deleted agents of another machine, by their ids.
import type { NodeId } from '@tutti/protocol'

const ID = /^(?:att|prm|rec)_[0-9a-z]{22}$/
const AGENT = /^agt_[0-9a-z]{22}$/
/** As many as one may have on the screen, many times over; the oldest go first. */
const MOST = 20_000
const DEPTH = 6

export type Places = ReturnType<typeof createPlaces>

export function createPlaces() {
  const known = new Map<string, NodeId>()

  /** The first machine that tells of an id has it: another one cannot take its answers. */
  const note = (node: NodeId, id: unknown, isDeleted: boolean): void => {
    if (typeof id !== 'string' || !(isDeleted ? AGENT : ID).test(id) || known.has(id)) return
    known.set(id, node)
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break
      known.delete(oldest)
    }
  }

  const learn = (node: NodeId, value: unknown, depth = 0): void => {
    if (typeof value !== 'object' || value === null || depth > DEPTH) return
    if ('id' in value) note(node, value.id, 'deletedAt' in value && value.deletedAt !== null)
    if (Array.isArray(value) || 'queued' in value || 'item' in value)
      for (const inner of Object.values(value)) learn(node, inner, depth + 1)
  }

  return {
    of: (id: string): NodeId | null => known.get(id) ?? null,
    /** Takes the ids of an answer of that machine. */
    learn: (node: NodeId, answer: unknown): void => learn(node, answer),
    forget(node: NodeId): void {
      for (const [id, place] of known) if (place === node) known.delete(id)
    },
  }
}
