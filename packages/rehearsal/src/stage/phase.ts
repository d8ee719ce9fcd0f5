// What the agent is doing right now, and the words for it: in the state file, and in the title of the window.
import type { Approval } from '../scenarios/scene.ts'

export type Phase =
  | { is: 'starting' }
  | { is: 'working'; verb: string; sinceMs: number; partial?: string }
  | { is: 'approval'; request: Approval; selected: number }
  | { is: 'question'; question: string; choices: string[]; selected: number; typing: boolean }
  | { is: 'idle' }
  | { is: 'limited'; message: string; untilMs: number }
  | { is: 'failed'; message: string }
  | { is: 'exited'; code: number }

export type AgentState =
  | 'starting'
  | 'working'
  | 'waiting-approval'
  | 'waiting-answer'
  | 'idle'
  | 'rate-limited'
  | 'failed'
  | 'exited'

const STATES: Record<Phase['is'], AgentState> = {
  starting: 'starting',
  working: 'working',
  approval: 'waiting-approval',
  question: 'waiting-answer',
  idle: 'idle',
  limited: 'rate-limited',
  failed: 'failed',
  exited: 'exited',
}

/** The state as the state file names it. */
export function stateOf(phase: Phase): AgentState {
  return STATES[phase.is]
}

/** What the state is about: the command, the question, the error. Empty where there is nothing to say. */
export function detailOf(phase: Phase): string {
  if (phase.is === 'approval') return phase.request.command
  if (phase.is === 'question') return phase.question
  if (phase.is === 'limited' || phase.is === 'failed') return phase.message
  return phase.is === 'exited' ? `code ${phase.code}` : ''
}

/** The title of the window, in the manner of the agent CLIs that say their state there. */
export function titleOf(phase: Phase, name: string): string {
  if (phase.is === 'working' || phase.is === 'limited') return `✳ ${name}`
  if (phase.is === 'approval' || phase.is === 'question') return `✋ Action required | ${name}`
  return phase.is === 'failed' ? `✕ ${name}` : name
}

/** Whether somebody is needed, so that the bell rings once when it begins. */
export function needsSomebody(phase: Phase): boolean {
  return phase.is === 'approval' || phase.is === 'question' || phase.is === 'failed'
}

/** What can be chosen in a dialog. */
export function optionsOf(phase: Extract<Phase, { is: 'approval' | 'question' }>): string[] {
  if (phase.is === 'question') return [...phase.choices, 'Something else: type it']
  const always = `Yes, and don't ask again for ${phase.request.kind}`
  return ['Yes', always, 'No, and say what to do instead (esc)']
}
