// Who may edit which shared field. Pure and without time: a judgement that changed would make replicas differ.
import type { NodeId, Operation, StreamId } from '@tutti/protocol'
import { authorOf, DELETED } from '@tutti/protocol'
import type { MayEdit } from './op-log.ts'

/** `full`: a machine of the room. `guest`: one that takes part in what guests may. */
export type NodeRole = 'full' | 'guest'

/** `any` machine, every `full` one, or only the `home` machine that the thing's id begins with (`<node id>/...`). */
export type FieldRight = 'any' | 'full' | 'home'

/** For each kind the right that each field needs; `*` stands for the fields that are not named. What is not here, nobody may. */
export type FieldPolicy = Readonly<Record<string, Readonly<Record<string, FieldRight>>>>

/** A machine's role is the one with which it was let in, and never changes: for another role it needs another key. */
export type RoleOf = (node: NodeId) => NodeRole | null

export function mayEdit(policy: FieldPolicy, roleOf: RoleOf): MayEdit {
  return (op, stream) => {
    const right = rightFor(policy, op)
    const role = roleOf(authorOf(stream))
    return right !== null && role !== null && isAllowed(right, { role, op, stream })
  }
}

/** Ending a thing needs the right that its row `@deleted` names, or else that of a full machine. */
function rightFor(policy: FieldPolicy, { kind, field }: Operation): FieldRight | null {
  const row = Object.hasOwn(policy, kind) ? policy[kind] : undefined
  if (row === undefined) return null
  if (Object.hasOwn(row, field)) return row[field] ?? null
  return field === DELETED ? 'full' : (row['*'] ?? null)
}

interface Asked {
  role: NodeRole
  op: Operation
  stream: StreamId
}

function isAllowed(right: FieldRight, { role, op, stream }: Asked): boolean {
  if (right === 'home') return op.id.startsWith(`${authorOf(stream)}/`)
  return right === 'any' || role === 'full'
}
