// Time as a parameter, so that tests and simulators can hold it still.

export interface Clock {
  /** ms UTC. */
  now(): number
  /** Runs the function once after that many ms; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}
