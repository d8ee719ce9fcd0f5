// What one machine has on disk about the mesh, and the only ways in which that changes.
import type { Entry, NodeId, RecordOf, SignedRecord, StreamId } from '@tutti/protocol'
import { authorOf } from '@tutti/protocol'
import { never } from '../must.ts'
import { putRecord, type Directory } from './directory.ts'
import { mayEdit, type FieldPolicy } from './field-policy.ts'
import { applyHolding, type HoldingChange, type Holdings } from './lease.ts'
import { applyMail, emptyMail, type MailChange, type MailState } from './mail-queue.ts'
import { membershipOf, type Membership } from './membership.ts'
import {
  cover,
  cut,
  drop,
  emptyLog,
  take,
  type FieldRef,
  type MayEdit,
  type OpLog,
  type StreamPart,
} from './op-log.ts'

export interface MeshState {
  /** This machine, and those with whom its user has compared the short text. */
  readonly roots: Set<NodeId>
  readonly directory: Directory
  readonly log: OpLog
  readonly mail: MailState
  readonly holdings: Holdings
  /** Follows from roots and directory. */
  membership: Membership
  readonly policy: FieldPolicy
}

/** A step's changes are one transaction; what the step says to others goes out after it. */
export type MeshChange =
  | { readonly table: 'root'; readonly node: NodeId }
  | { readonly table: 'record'; readonly record: SignedRecord }
  | { readonly table: 'entry'; readonly entry: Entry }
  | { readonly table: 'part'; readonly part: StreamPart }
  | { readonly table: 'dropped'; readonly entries: readonly Entry[] }
  | { readonly table: 'mail'; readonly change: MailChange }
  | { readonly table: 'holding'; readonly change: HoldingChange }

export function emptyMesh(self: NodeId, policy: FieldPolicy): MeshState {
  const roots = new Set([self])
  return {
    roots,
    directory: new Map(),
    log: emptyLog(),
    mail: emptyMail(),
    holdings: new Map(),
    membership: membershipOf([], roots),
    policy,
  }
}

/** By the role with which a machine was ever let in: what it wrote before it left still counts. */
export const mayOf = (state: MeshState): MayEdit =>
  mayEdit(state.policy, (node) => state.membership.ever.get(node) ?? null)

/** Applies a change, also when it is read from disk again. Answers fields whose value a revocation has taken away. */
export function applyChange(state: MeshState, change: MeshChange): FieldRef[] {
  switch (change.table) {
    case 'root':
      state.roots.add(change.node)
      return settleTrust(state)
    case 'record':
      putRecord(state.directory, change.record)
      return isOfTrust(change.record) ? settleTrust(state) : []
    case 'entry':
      take(state.log, change.entry, mayOf(state))
      return []
    case 'part':
      cover(state.log, change.part, mayOf(state))
      return []
    case 'dropped':
      drop(state.log, change.entries)
      return []
    case 'mail':
      applyMail(state.mail, change.change)
      return []
    case 'holding':
      applyHolding(state.holdings, change.change)
      return []
    default:
      return never(change)
  }
}

/** The last entry of a stream that counts; Infinity where its author is in good standing, null for one nobody let in. */
export function endOf(state: MeshState, stream: StreamId): number | null {
  const author = authorOf(stream)
  if (!state.membership.ever.has(author)) return null
  const against = state.membership.revocations.filter(({ subject }) => subject === author)
  return endBy(against, stream)
}

const endBy = (against: readonly RecordOf<'revocation'>[], stream: StreamId): number =>
  against.reduce((end, { body }) => Math.min(end, body.cuts[stream] ?? 0), Infinity)

const isOfTrust = ({ kind }: SignedRecord): boolean => kind === 'introduction' || kind === 'revocation'

function settleTrust(state: MeshState): FieldRef[] {
  state.membership = membershipOf(state.directory.values(), state.roots)
  const lost: FieldRef[] = []
  for (const stream of state.log.streams.keys()) {
    const last = endOf(state, stream)
    if (last !== null && last < Infinity) lost.push(...cut(state.log, { stream, last }, mayOf(state)))
  }
  return lost
}
