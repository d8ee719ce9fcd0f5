// The edge of the CLI package: the whole of `tutti` as one function.
export { DAEMON_ENV, DAEMON_NODE_ARGS } from './daemon-contract.ts'
export { run } from './run.ts'
export type { Io } from './io.ts'
