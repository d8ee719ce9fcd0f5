// How to start a rehearsal agent, from the sources or from a bundle.
import { fileURLToPath } from 'node:url'

export type RehearsalOptions = {
  /** The entry of the agent: the source by default, in a release the bundled file. */
  entry?: string
  /** The Node that runs it (24 or newer from the sources); by default the one that runs this. */
  node?: string
  name?: string
  /** 2 plays twice as fast. */
  speed?: number
  /** Keeps the shell's screen by using the alternate one. */
  alternate?: boolean
  /** "all" takes every approval as given. */
  trust?: 'ask' | 'all'
}

/** Node's own arguments for it: they keep the young generation, and with it the memory of a room of agents, small. */
export const REHEARSAL_NODE_ARGS: readonly string[] = ['--max-semi-space-size=1']

/** The program and arguments for an agent that plays a scenario. The same seed gives the same play. */
export function rehearsalArgv(
  scenario: string,
  seed: number,
  options: RehearsalOptions = {},
): { program: string; args: string[] } {
  const { entry = fileURLToPath(new URL('./agent.ts', import.meta.url)), node = process.execPath } = options
  return { program: node, args: [...REHEARSAL_NODE_ARGS, entry, ...rehearsalFlags(scenario, seed, options)] }
}

/** The agent's own arguments, for whoever knows how to start it. */
export function rehearsalFlags(
  scenario: string,
  seed: number,
  { name, speed, alternate, trust }: RehearsalOptions = {},
): string[] {
  return [
    `--scenario=${scenario}`,
    `--seed=${seed}`,
    ...(name === undefined ? [] : [`--name=${name}`]),
    ...(speed === undefined ? [] : [`--speed=${speed}`]),
    ...(trust === undefined ? [] : [`--trust=${trust}`]),
    ...(alternate ? ['--alt'] : []),
  ]
}
