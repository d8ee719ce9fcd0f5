// The states of an agent and the sign each has everywhere; without schemas, so that a browser may load it alone.

export const STATES = [
  'starting',
  'working',
  'waiting-approval',
  'waiting-answer',
  'idle',
  'background',
  'rate-limited',
  'failed',
  'interrupted',
  'exited',
  'hibernated',
  'unknown',
] as const
export type State = (typeof STATES)[number]

/** One glyph and one word for each state, the same in tree, wall, CLI and notifications. */
export const STATE_SIGNS: Record<State, { glyph: string; word: string; needsYou: boolean }> = {
  starting: { glyph: '…', word: 'starting', needsYou: false },
  working: { glyph: '◐', word: 'working', needsYou: false },
  'waiting-approval': { glyph: '●', word: 'waiting for approval', needsYou: true },
  'waiting-answer': { glyph: '●', word: 'waiting for an answer', needsYou: true },
  idle: { glyph: '○', word: 'idle', needsYou: false },
  background: { glyph: '◔', word: 'background work', needsYou: false },
  'rate-limited': { glyph: '▲', word: 'rate-limited', needsYou: false },
  failed: { glyph: '✕', word: 'failed', needsYou: true },
  interrupted: { glyph: '⏸', word: 'interrupted', needsYou: false },
  exited: { glyph: '✓', word: 'exited', needsYou: false },
  hibernated: { glyph: '◌', word: 'hibernated', needsYou: false },
  unknown: { glyph: '?', word: 'running', needsYou: false },
}
