// Calls of tools whose result has not come yet: the entry that told of a call comes again, whole, with what the tool gave.
import type { Entry, Part } from '@tutti/core'
import type { Signal } from '../kit.ts'

export interface OpenCalls {
  /** Remembers every tool of an entry that is told. */
  add(entry: Entry): void
  /** The entry of a call again, with the tool's result; nothing when no such call is open. `at` is when it came, ms UTC. */
  settle(id: string, result: { output: string; failed: boolean; at: number }): readonly Signal[]
}

// A call without a result belongs to a turn that was cut; so many in flight are none.
const MOST_OPEN_CALLS = 500
// What a chat view can show of one output; the terminal and the file have the rest.
const LONGEST_OUTPUT = 200_000

export function createOpenCalls(): OpenCalls {
  const calls = new Map<string, Entry>()
  return {
    add(entry) {
      for (const id of toolsOf(entry)) calls.set(id, entry)
      for (const id of calls.keys()) {
        if (calls.size <= MOST_OPEN_CALLS) break
        calls.delete(id)
      }
    },
    settle(id, { output, failed, at }) {
      const entry = calls.get(id)
      if (!entry) return []
      calls.delete(id)
      const result = {
        output: output.slice(0, LONGEST_OUTPUT),
        failed,
        durationMs: Math.max(0, at - entry.at),
      }
      const parts = entry.parts.map((part): Part => (isTool(part, id) ? { ...part, ...result } : part))
      const whole = { ...entry, parts }
      // The other calls of the same entry must not forget this one's result.
      for (const other of toolsOf(whole)) if (calls.has(other)) calls.set(other, whole)
      return [{ type: 'entries', entries: [whole] }]
    },
  }
}

const isTool = (part: Part, id: string): boolean => part.type === 'tool' && part.id === id

const toolsOf = (entry: Entry): string[] =>
  entry.parts.flatMap((part) => (part.type === 'tool' ? [part.id] : []))
