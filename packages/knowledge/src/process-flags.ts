// How a process of the map's own is started: apart from the map itself, so that the daemon need not load it to know.

/** Node's flags. A map works in bursts beside agents that want the processor: helper threads that compile and collect at the same
 * time cost a fifth more of it than they save, and inlining and the last stage of optimising more than their code gains (a walk over a
 * million edges still gets there). The young part of memory has one size from the beginning, so that a file's facts are seldom copied
 * before they are dropped; garbage is given back early. */
export const PROCESS_FLAGS: readonly string[] = [
  '--expose-gc',
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
  '--single-threaded',
  '--no-maglev-inlining',
  '--max-inlined-bytecode-size-cumulative=100',
  '--invocation-count-for-turbofan=300000',
]
