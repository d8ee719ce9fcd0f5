// An agent as a file of its own, to be kept or brought to another machine.
import { z } from 'zod'
import { idSchema } from './id.ts'

/** An archive that lies on this machine for a while: made here, or brought here to be imported. */
export const AgentArchive = z.strictObject({
  id: idSchema('archive'),
  sizeBytes: z.int(),
  createdAt: z.int(),
})
export type AgentArchive = z.infer<typeof AgentArchive>

/** What opens it; a passphrase as people can keep it, but not one that is guessed in a day. */
export const Passphrase = z.string().min(10).max(1000)
