// The command line of the rehearsal agent.
import { parseArgs } from 'node:util'

export type AgentOptions = {
  scenario: string
  name: string
  seed: number
  speed: number
  alternate: boolean
  trust: 'ask' | 'all'
}

const USAGE = 'agent --scenario NAME [--name X] [--seed N] [--speed F] [--trust ask|all] [--alt]'

/** Reads the arguments; throws an Error whose message is for the user. */
export function parseAgentOptions(args: string[]): AgentOptions {
  const { values } = parseArgs({
    args,
    options: {
      scenario: { type: 'string', default: 'quiet' },
      name: { type: 'string' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      trust: { type: 'string', default: 'ask' },
      alt: { type: 'boolean', default: false },
    },
  })
  const { scenario, seed, speed, trust } = values
  if (!/^\d{1,10}$/.test(seed)) throw new Error(`--seed expected a whole number and got "${seed}". ${USAGE}`)
  if (!(Number(speed) > 0 && Number(speed) <= 1000))
    throw new Error(`--speed expected a number above 0 and up to 1000 and got "${speed}". ${USAGE}`)
  if (trust !== 'ask' && trust !== 'all')
    throw new Error(`--trust expected "ask" or "all" and got "${trust}". ${USAGE}`)
  // The name goes into the title of the window, where a control character would act.
  const name = (values.name ?? scenario).replaceAll(/\p{Cc}/gu, '').slice(0, 100)
  return { scenario, name, seed: Number(seed), speed: Number(speed), alternate: values.alt, trust }
}
