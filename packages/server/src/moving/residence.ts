// What moving asks of the machine that an agent leaves or comes to; its features are behind it.
import type { Agent, AgentId, Fault } from '@tutti/core'
import type { NodeId, SignNow } from '@tutti/protocol'
import type { Changes, MoveDetail } from './book.ts'

export interface Residence {
  find(id: string): Agent | undefined
  byName(name: string): Agent | undefined
  /** Refuses from now on, with that fault, what would change or start the agent; null ends it. `gone`: it may be purged. */
  hold(id: AgentId, refusal: Fault | null, gone?: boolean): void
  /** Ends its program. */
  hibernate(id: AgentId, why: string): Promise<unknown>
  /** Packs the agent into a file. */
  pack(agent: Agent, how: Packing): Promise<{ sizeBytes: number; sha256: string; mailSeq: number }>
  /** Takes a parcel apart into a folder, checks all of it and makes room for it; throws parcel.damaged or what is in its way. */
  unpack(path: string, into: Unpacking): Promise<Pick<MoveDetail, 'folder' | 'made'> & { by: NodeId }>
  /** Takes back what `unpack` has made outside of its folder. */
  discard(detail: Pick<MoveDetail, 'folder' | 'made'>): Promise<void>
  /** All that makes the unpacked agent live here, to be written in one transaction. */
  install(parts: string, folder: string, how: Installing): Changes & { agent: Agent }
  /** It is not here any more: what came for it since it was packed is to go on to its new home. */
  letGo(agent: Agent, to: { node: string; mailSeq: number }): Changes
  /** It is here again, though it had been let go. */
  comeBack(id: AgentId): Changes
  /** Nobody can act as it here any more. */
  scrub(id: AgentId): Changes
}

export interface Packing {
  path: string
  workingCopy: MoveDetail['workingCopy']
  /** The machine that packs, by its key and by its name in the room. */
  by: NodeId
  label: string
  sign: SignNow
}

export interface Installing {
  /** From an archive: what it may do unasked is for people here to say. */
  stranger: boolean
  /** In place of its own. */
  name?: string | undefined
}

export interface Unpacking {
  /** Does not exist yet. */
  parts: string
  /** Throws for an agent that is not to come; asked before anything lies outside of the folder. */
  admit(agent: AgentId): void
  workingCopy: MoveDetail['workingCopy']
}
