// What the hooks and the transcript have told of the turns of a session, and of the tools that were called in them.
import type { Entry } from '@tutti/core'
import type { HookFacts } from './hooks.ts'
import { squeezed } from '../typing.ts'
import type { Situation, Turn } from './situation.ts'

export interface Turns {
  /** Takes what a hook says; answers what ended by it. */
  hook(name: string, facts: HookFacts, at: number): 'turn-ended' | null
  /** Entries of the main thread that were written down. */
  grown(entries: readonly Entry[], isFirst: boolean): void
  /** The id of the tool that an approval is about; null where none was told. */
  toolFor(facts: HookFacts): string | null
  turn(): Turn
  tasks(): Situation['tasks']
  lastPrompt(): string
  /** Whether a hook has told of a prompt of these words since then; null where no hook of this session has told of any prompt. */
  tookSince(words: string, since: number): boolean | null
}

const INTERRUPTED = '[Request interrupted by user'
const API_ERROR = 'API Error'
// More than a program runs at once; what a lost hook leaves behind is dropped.
const MOST_TOOLS = 500

export function createTurns(startedAt: number): Turns {
  let turn: Turn = { is: 'none', at: startedAt }
  let tasks = new Map<string, { isAgent: boolean }>()
  let atStop = 0
  let lastPrompt = ''
  let promptAt: number | null = null
  const called = new Map<string, string>()

  function begin(at: number): void {
    if (turn.is !== 'open') turn = { is: 'open', at }
  }

  function end(facts: HookFacts, at: number): 'turn-ended' | null {
    tasks = new Map(facts.tasks.map(({ id, isAgent }) => [id, { isAgent }]))
    atStop = facts.tasks.length
    turn = { is: 'ended', at }
    return facts.tasks.some(({ isAgent }) => isAgent) ? null : 'turn-ended'
  }

  function remember(facts: HookFacts): void {
    if (facts.tool.id === '') return
    called.set(facts.tool.id, signOf(facts))
    const [oldest] = called.keys()
    if (called.size > MOST_TOOLS && oldest !== undefined) called.delete(oldest)
  }

  function main(name: string, facts: HookFacts, at: number): 'turn-ended' | null {
    switch (name) {
      case 'UserPromptSubmit':
        turn = { is: 'open', at }
        lastPrompt = facts.prompt
        promptAt = at
        return null
      case 'PreToolUse':
      case 'PermissionRequest':
      case 'PostToolUse':
      case 'PostToolUseFailure':
        begin(at)
        return null
      case 'Stop':
        return end(facts, at)
      case 'StopFailure':
        turn = { is: 'failed', at, words: facts.error }
        return null
      default:
        return null
    }
  }

  return {
    hook(name, facts, at) {
      if (name === 'PreToolUse') remember(facts)
      if (name === 'PostToolUse' || name === 'PostToolUseFailure') called.delete(facts.tool.id)
      if (name === 'SubagentStop' && facts.subAgent !== null) tasks.delete(facts.subAgent)
      return facts.subAgent === null ? main(name, facts, at) : null
    },
    grown(entries, isFirst) {
      const last = entries.at(-1)
      if (!last || (isFirst && turn.is !== 'none')) return
      const words = noteIn(last)
      if (words.startsWith(INTERRUPTED) && turn.is !== 'ended') turn = { is: 'interrupted', at: last.at }
      if (isFirst && words.startsWith(API_ERROR)) turn = { is: 'failed', at: last.at, words }
    },
    toolFor(facts) {
      const sign = signOf(facts)
      return [...called].findLast(([, other]) => other === sign)?.[0] ?? null
    },
    turn: () => turn,
    tasks: () => {
      const agents = [...tasks.values()].filter(({ isAgent }) => isAgent).length
      return { agents, shells: tasks.size - agents, atStop }
    },
    lastPrompt: () => lastPrompt,
    tookSince: (words, since) =>
      promptAt === null ? null : promptAt >= since && squeezed(lastPrompt) === squeezed(words),
  }
}

const signOf = ({ subAgent, tool }: HookFacts): string => JSON.stringify([subAgent, tool.name, tool.input])

const noteIn = (entry: Entry): string =>
  entry.parts.map((part) => (part.type === 'note' ? part.text : '')).join('')
