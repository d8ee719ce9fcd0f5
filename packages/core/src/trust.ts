// How much an agent may do without asking: five levels, the same for every program.

/**
 * `supervised` asks before each act; `plan` reads and never changes; `edits` changes files in its folder and asks for the
 * rest; `smart` lets the program's own judge decide; `full` never asks.
 */
export const TRUST_LEVELS = ['supervised', 'plan', 'edits', 'smart', 'full'] as const
export type TrustLevel = (typeof TRUST_LEVELS)[number]
