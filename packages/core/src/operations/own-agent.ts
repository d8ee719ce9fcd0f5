// What an agent may know of itself: who it is, where it is written to, and what its session may.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { op } from '../operation.ts'
import { PERMISSIONS } from '../policy.ts'

export const OwnAgent = z.strictObject({
  id: idSchema('agent'),
  name: z.string(),
  label: z.string(),
  tags: z.array(z.string()),
  folder: z.string(),
  program: z.string(),
  /** Where others write to it. */
  address: z.string(),
  /** What the token of its session may. */
  permissions: z.array(z.enum(PERMISSIONS)),
})

export const ownAgentOperations = {
  getOwnAgent: op({
    method: 'GET',
    path: '/v1/me/agent',
    may: 'agent:report',
    input: () => z.strictObject({}),
    output: OwnAgent,
    says: 'Who I am, as an agent: my name, my address and what I may do',
  }),
}
