// What can be changed about an agent, and what a change consists of.
import type { Agent, InputOf, IsolationLevel, TrustLevel } from '@tutti/core'
import { hostsOf } from './egress-hosts.ts'
import { shellLine, shellWords } from '../new-agent/shell-words.ts'

/** `value` null keeps what is stored. */
export interface EnvRow {
  name: string
  value: string | null
  stored: boolean
}

export interface DetailsDraft {
  label: string
  folder: string
  program: string
  args: string
  role: string
  personality: string
  instructions: string
  /** Null leaves it to the program's own settings. */
  trust: TrustLevel | null
  isolation: IsolationLevel
  egress: string
  env: readonly EnvRow[]
}

export const detailsOf = (agent: Agent): DetailsDraft => ({
  label: agent.label,
  folder: agent.folder,
  program: agent.program,
  args: shellLine(agent.args),
  role: agent.persona.role,
  personality: agent.persona.personality,
  instructions: agent.persona.instructions,
  trust: agent.trust,
  isolation: agent.isolation,
  egress: agent.egress.join(' '),
  env: agent.envNames.map(storedRow),
})

const storedRow = (name: string): EnvRow => ({ name, value: null, stored: true })

/** The rows as they are once they have been saved. */
export const storedRows = (rows: readonly EnvRow[]): EnvRow[] =>
  rows.flatMap(({ name }) => (name === '' ? [] : [storedRow(name)]))

type Change = Omit<InputOf<'updateAgent'>, 'id'>

/** Only what differs; null where the arguments cannot be read. */
export function changeOf(agent: Agent, draft: DetailsDraft): Change | null {
  const before = detailsOf(agent)
  const args = shellWords(draft.args)
  if (args === null) return null
  const { role, personality, instructions } = draft
  const personaDiffers =
    role !== before.role || personality !== before.personality || instructions !== before.instructions
  return {
    ...(draft.label === before.label ? {} : { label: draft.label }),
    ...(draft.folder === before.folder ? {} : { folder: draft.folder }),
    ...(draft.program === before.program ? {} : { program: draft.program }),
    ...(draft.args === before.args ? {} : { args }),
    ...(personaDiffers ? { persona: { role, personality, instructions } } : {}),
    ...(draft.trust === before.trust ? {} : { trust: draft.trust }),
    ...isolationChange(before, draft),
    ...(sameEnv(before.env, draft.env) ? {} : { env: envOf(draft.env) }),
  }
}

const isolationChange = (before: DetailsDraft, draft: DetailsDraft): Change => ({
  ...(draft.isolation === before.isolation ? {} : { isolation: draft.isolation }),
  ...(draft.egress === before.egress ? {} : { egress: hostsOf(draft.egress) }),
})

// A row without a name is one that nobody filled in.
const envOf = (rows: readonly EnvRow[]): Record<string, string | null> =>
  Object.fromEntries(
    rows
      .filter(({ name }) => name !== '')
      .map(({ name, value, stored }) => [name, stored ? value : (value ?? '')]),
  )

const sameEnv = (a: readonly EnvRow[], b: readonly EnvRow[]) =>
  JSON.stringify(envOf(a)) === JSON.stringify(envOf(b))
