// The daemon of one machine; wired in main.ts.
export type { Handlers } from './handler.ts'
