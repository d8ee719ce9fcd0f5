// The agent: a durable person with a name, a key, a folder and at most one live session.
import { z } from 'zod'
import { AgentName } from './agent-name.ts'
import { idSchema } from './id.ts'
import { EgressHosts, IsolationLevel } from './isolation-schema.ts'
import { Status } from './status.ts'
import { TRUST_LEVELS } from './trust.ts'

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
// tmux and the kernel take more, but a line that long is a mistake or an attack.
const TEXT = z
  .string()
  .max(32_768)
  .refine((text) => !text.includes('\0'), 'expected text without NUL')

export const Label = z.string().max(120)
export const Tag = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'expected a tag such as needs-review')
export const Tags = z.array(Tag).max(32)

/** Who the agent is to be; the kit of its program hands this over at launch. */
export const Persona = z.strictObject({
  role: z.string().max(200),
  personality: z.string().max(2000),
  instructions: z.string().max(20_000),
})
export type Persona = z.infer<typeof Persona>

/** The live terminal of an agent. `adopted` means it runs on the user's own tmux server. */
export const Session = z.strictObject({
  startedAt: z.int(),
  adopted: z.boolean(),
  title: z.string(),
})

export const Agent = z.strictObject({
  id: idSchema('agent'),
  name: AgentName,
  label: Label,
  tags: Tags,
  folder: z.string(),
  program: z.string(),
  args: z.array(z.string()),
  /** Names only: values are stored encrypted and never shown. */
  envNames: z.array(z.string()),
  persona: Persona,
  /** How much it may do without asking; null leaves that to the program's own settings. */
  trust: z.enum(TRUST_LEVELS).nullable(),
  /** What its program is kept away from, from its next start on. */
  isolation: IsolationLevel,
  /** Hosts that a sandboxed program may reach beside those of its kit. */
  egress: EgressHosts,
  /** The kit that looks after its program, as at its last start; null when none does. */
  kit: z.string().nullable(),
  /** Content hash of an uploaded avatar, null for the generated one. */
  avatar: z.string().nullable(),
  /** Raw Ed25519 public key, base64url; the private half leaves its machine only with the agent itself. */
  publicKey: z.string(),
  status: Status,
  session: Session.nullable(),
  recording: idSchema('recording').nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
  deletedAt: z.int().nullable(),
  version: z.int(),
})
export type Agent = z.infer<typeof Agent>

const Program = TEXT.min(1).max(4096)
const Args = z.array(TEXT).max(256)
const Folder = TEXT.min(1).max(4096)
/** Values by name; null keeps the stored value of that name, a name left out is removed. */
const Env = z.record(z.string().regex(ENV_NAME, 'expected a name such as API_URL'), TEXT.nullable())

export const NewAgent = z.strictObject({
  name: AgentName,
  label: Label.default(''),
  tags: Tags.default([]),
  folder: Folder,
  program: Program,
  args: Args.default([]),
  env: Env.default({}),
  persona: Persona.partial().default({}),
  trust: z.enum(TRUST_LEVELS).nullable().default(null),
  /** Left out, it is what the machine's settings say. */
  isolation: IsolationLevel.optional(),
  egress: EgressHosts.default([]),
  /** Start it at once. */
  wake: z.boolean().default(true),
})

export const AgentChange = z.strictObject({
  id: idSchema('agent'),
  name: AgentName.optional(),
  label: Label.optional(),
  tags: Tags.optional(),
  folder: Folder.optional(),
  program: Program.optional(),
  args: Args.optional(),
  env: Env.optional(),
  persona: Persona.partial().optional(),
  trust: z.enum(TRUST_LEVELS).nullable().optional(),
  isolation: IsolationLevel.optional(),
  egress: EgressHosts.optional(),
})

export const BULK_ACTIONS = [
  'wake',
  'hibernate',
  'restart',
  'delete',
  'undelete',
  'purge',
  'tag',
  'untag',
] as const

export const BulkChange = z.strictObject({
  ids: z.array(idSchema('agent')).min(1).max(1000),
  action: z.enum(BULK_ACTIONS),
  /** For tag and untag. */
  tag: Tag.optional(),
})

/** One line for each agent of a bulk action, in the order asked; `error` is a fault's message. */
export const BulkResult = z.strictObject({
  id: z.string(),
  ok: z.boolean(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
})

/** A program that can be an agent: known ones are marked when they are on the PATH. */
export const KnownProgram = z.strictObject({
  program: z.string(),
  label: z.string(),
  path: z.string().nullable(),
  hint: z.string(),
})

/** A tmux session on the user's own server. `ref` addresses it exactly: socket path and tmux id. */
export const FoundSession = z.strictObject({
  ref: z.string(),
  name: z.string(),
  folder: z.string(),
  program: z.string(),
  windows: z.int(),
  attached: z.int(),
  createdAt: z.int(),
  cols: z.int(),
  rows: z.int(),
  /** Set when it is an agent already. */
  agentId: idSchema('agent').nullable(),
})
export type FoundSession = z.infer<typeof FoundSession>

export const Adoption = z.strictObject({
  ref: z.string().min(1).max(4200),
  name: AgentName,
  label: Label.default(''),
  tags: Tags.default([]),
})

/** A recording of a terminal in asciicast version 2. `endedAt` is null while it runs. */
export const Recording = z.strictObject({
  id: idSchema('recording'),
  agentId: idSchema('agent'),
  agentName: z.string(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  sizeBytes: z.int(),
})
export type Recording = z.infer<typeof Recording>
