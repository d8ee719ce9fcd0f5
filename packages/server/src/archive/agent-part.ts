// Who an agent is, as it travels: what is written about it, its key, its own environment, and where its program's conversation
// goes on. All of it is checked as if a stranger had written it.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, relative, sep } from 'node:path'
import { Agent, fault, NewAgent } from '@tutti/core'
import { privateKeyDer } from '@tutti/protocol'
import { z } from 'zod'
import { jsonOf } from '../loose-json.ts'
import { WorkingCopy } from './working-copy.ts'

const Key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const Text = z.string().max(4096)

export const AgentPart = z.strictObject({
  agent: z.strictObject({
    ...Agent.pick({ id: true, createdAt: true, version: true }).shape,
    ...NewAgent.pick({ name: true, label: true, tags: true, program: true, args: true, trust: true }).shape,
    persona: Agent.shape.persona,
    isolation: Agent.shape.isolation,
    egress: Agent.shape.egress,
    avatar: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    publicKey: Key,
  }),
  privateKey: Key,
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), z.string().max(32_768)),
  /** Where it worked: below the home folder there, or anywhere. */
  folder: Text,
  /** The name of its machine in its room. */
  from: z.string().max(200),
  conversation: z
    .strictObject({
      kit: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
      session: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
      version: z.string().max(100).nullable(),
      /** The file that its program wrote, below the home folder. */
      path: Text,
    })
    .nullable(),
  workingCopy: WorkingCopy.nullable(),
})
export type AgentPart = z.infer<typeof AgentPart>

/** Throws parcel.damaged for anything else, and for a key that is not that of the agent. */
export function parseAgentPart(bytes: Uint8Array): AgentPart {
  const parsed = AgentPart.safeParse(jsonOf(bytes))
  if (!parsed.success) throw fault('parcel.damaged', { problem: 'it does not say who its agent is' })
  const { agent, privateKey } = parsed.data
  if (publicHalf(privateKey) !== agent.publicKey)
    throw fault('parcel.damaged', { problem: 'its key is not that of its agent' })
  return parsed.data
}

function publicHalf(seed: string): string {
  const der = Buffer.from(privateKeyDer(Buffer.from(seed, 'base64url')))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ format: 'jwk' }).x ?? ''
}

/** A path below a folder, as it is written below another one; as it is where it lies elsewhere. */
export const belowHome = (path: string, home = homedir()): string => {
  const way = relative(home, path)
  return way === '' || way.startsWith(`..${sep}`) || way === '..' || isAbsolute(way) ? path : way
}
