// Who is of the room: a pure function of signed records, so that machines with the same records agree and a revocation only
// has to arrive.
import type { NodeId, RecordOf, SignedRecord } from '@tutti/protocol'
import { isNodeId } from '@tutti/protocol'
import type { NodeRole } from './field-policy.ts'

type Introduction = RecordOf<'introduction'>
export type Revocation = RecordOf<'revocation'>

export interface Membership {
  /** Those who are in now. */
  readonly members: ReadonlyMap<NodeId, NodeRole>
  /** Those who were ever let in: what they wrote before they left still counts. */
  readonly ever: ReadonlyMap<NodeId, NodeRole>
  /** The revocations that hold. */
  readonly revocations: readonly Revocation[]
}

/**
 * `roots` are this machine itself and those that its user has compared the short text with. From there, every full machine may
 * let others in. A revocation by anybody who was ever a full member holds, also by two against each other: then both are out,
 * which is the safe mistake. Whom a thrown-out machine let in stays only where the revocation names it, so a stolen key can
 * let nobody in afterwards, whatever dates it writes.
 */
export function membershipOf(records: Iterable<SignedRecord>, roots: ReadonlySet<NodeId>): Membership {
  const introductions: Introduction[] = []
  const claimed: Revocation[] = []
  for (const record of records) {
    if (record.kind === 'introduction') introductions.push(record)
    if (record.kind === 'revocation') claimed.push(record)
  }
  const ever = reached(introductions, roots, () => true)
  const revocations = claimed.filter(({ by, subject }) => ever.get(by) === 'full' || by === subject)
  const out = new Map<string, Revocation[]>()
  for (const revocation of revocations)
    out.set(revocation.subject, [...(out.get(revocation.subject) ?? []), revocation])
  const isIn = (from: NodeId, to: NodeId) => staysBy(out.get(from), to)
  const through = reached(introductions, roots, isIn)
  return { members: new Map([...through].filter(([node]) => !out.has(node))), ever, revocations }
}

/** Whether a machine's introductions lead on: those of one that was thrown out only to whom all who threw it out keep. */
const staysBy = (revocations: readonly Revocation[] | undefined, to: NodeId): boolean =>
  revocations === undefined || revocations.every(({ by, body }) => by === to || body.keeps.includes(to))

function reached(
  introductions: readonly Introduction[],
  roots: ReadonlySet<NodeId>,
  leads: (from: NodeId, to: NodeId) => boolean,
): Map<NodeId, NodeRole> {
  const found = new Map<NodeId, NodeRole>([...roots].map((node) => [node, 'full']))
  for (let before = -1; found.size > before;) {
    before = found.size
    for (const { by, subject } of introductions) {
      if (found.get(by) !== 'full' || !isNodeId(subject) || found.has(subject) || !leads(by, subject))
        continue
      found.set(subject, roleOf(introductions, subject))
    }
  }
  return found
}

/** Of several introductions the least role counts, so that no order of arrival makes more of a machine. */
const roleOf = (introductions: readonly Introduction[], subject: NodeId): NodeRole =>
  introductions.some((each) => each.subject === subject && each.body.role === 'guest') ? 'guest' : 'full'
