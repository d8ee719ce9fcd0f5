// Short words for the steps of a scenario, so that the files that tell one read like its script.
import type { Approval, Step } from './scene.ts'

export const think = (seconds: number, about?: string): Step => ({
  does: 'think',
  seconds,
  ...(about !== undefined && { about }),
})

export const say = (text: string): Step => ({ does: 'say', text })

export const bash = (input: string, output: string[], seconds = 2): Step => ({
  does: 'tool',
  name: 'Bash',
  input,
  output,
  seconds,
})

/** A command that ended with an error. */
export const broken = (input: string, output: string[], seconds = 3): Step => ({
  does: 'tool',
  name: 'Bash',
  input,
  output,
  seconds,
  failed: true,
})

export const readFile = (path: string, lines: number): Step => ({
  does: 'tool',
  name: 'Read',
  input: path,
  output: [`Read ${lines} lines`],
  seconds: 1,
})

export const search = (pattern: string, found: string[]): Step => ({
  does: 'tool',
  name: 'Search',
  input: `pattern: "${pattern}"`,
  output: found,
  seconds: 1.5,
})

export const edit = (path: string, at: number, diff: string[]): Step => ({ does: 'edit', path, at, diff })

export const idle = (seconds: number): Step => ({ does: 'idle', seconds })

/** A plan of which `done` points are behind, and one is at hand. */
export const plan = (done: number, texts: string[]): Step => ({
  does: 'plan',
  items: texts.map((text, index) => ({ text, is: index < done ? 'done' : index === done ? 'now' : 'open' })),
})

export const approve = (request: Approval, approved: Step[], denied: Step[]): Step => ({
  does: 'approve',
  request,
  approved,
  denied,
})
