// How a process of the map's own is started: apart from the map itself, so that the daemon need not load it to know.

/** Node's flags. A map works in bursts beside agents that want the processor: helper threads that compile and collect at the same
 * time cost a fifth more of it than they save, and wide inlining and early optimising more than their code gains. The young part of memory stays
 * small and garbage is given back early. */
export const PROCESS_FLAGS: readonly string[] = [
  '--expose-gc',
  '--max-semi-space-size=16',
  '--single-threaded',
  '--max-inlined-bytecode-size-cumulative=100',
  '--invocation-count-for-turbofan=9000',
]
