// Releases of Tutti and the upgrade of a machine, or of all machines one after the other, as the API shows them.
import { z } from 'zod'
import { NodeIdText } from './node.ts'

/** SHA-256 of a release's file: what it is called wherever it is spoken of. */
export const ReleaseDigest = z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of a release')

/** Such as 0.2.0 or 0.2.0-rc.1; also the name of its folder, so nothing that leads elsewhere. */
export const ReleaseVersion = z
  .string()
  .max(64)
  .regex(
    /^\d{1,5}\.\d{1,5}\.\d{1,5}(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?$/,
    'expected a version such as 0.2.0',
  )

/** A release that is on this machine, checked and signed by a key that it trusts. */
export const Release = z.strictObject({
  digest: ReleaseDigest,
  version: ReleaseVersion,
  /** Such as linux-x64. */
  platform: z.string(),
  sizeBytes: z.int(),
  /** did:key of who signed it. */
  signer: NodeIdText,
  builtAt: z.int(),
})
export type Release = z.infer<typeof Release>

/** A key whose releases may be installed here. This machine's own is always one. */
export const ReleaseKey = z.strictObject({
  key: NodeIdText,
  name: z.string().min(1).max(64),
  addedAt: z.int(),
  own: z.boolean(),
})
export type ReleaseKey = z.infer<typeof ReleaseKey>

/**
 * `fetching` from another machine, `checking` beside the version that runs, `stopping` that, `trial` of the new one behind
 * closed doors, `returning` to the former; then one of the last three: `done`, `returned` and `failed` (nothing was changed).
 */
export const UPGRADE_PHASES = [
  'fetching',
  'checking',
  'stopping',
  'trial',
  'returning',
  'done',
  'returned',
  'failed',
] as const
export type UpgradePhase = (typeof UPGRADE_PHASES)[number]

/** The last upgrade of one machine. */
export const Upgrade = z.strictObject({
  digest: ReleaseDigest,
  /** The version that is installed; empty while that is not known. */
  version: z.string(),
  /** The version that ran before. */
  from: z.string(),
  phase: z.enum(UPGRADE_PHASES),
  /** Why it failed or returned; empty otherwise. */
  why: z.string(),
  /** While it is fetched. */
  gotBytes: z.int(),
  sizeBytes: z.int(),
  /** Who asked for it. */
  by: z.string(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
})
export type Upgrade = z.infer<typeof Upgrade>

export const hasUpgradeEnded = ({ phase }: Pick<Upgrade, 'phase'>): boolean =>
  phase === 'done' || phase === 'returned' || phase === 'failed'

/** What runs on this machine, and its last upgrade. */
export const UpgradeState = z.strictObject({ running: z.string(), upgrade: Upgrade.nullable() })
export type UpgradeState = z.infer<typeof UpgradeState>

/** `waiting` for its turn; `skipped` because another machine failed before it. */
export const FLEET_PHASES = ['waiting', ...UPGRADE_PHASES, 'skipped'] as const

export const FleetMember = z.strictObject({
  node: NodeIdText,
  name: z.string(),
  phase: z.enum(FLEET_PHASES),
  why: z.string(),
  from: z.string(),
  gotBytes: z.int(),
})
export type FleetMember = z.infer<typeof FleetMember>

/** The last upgrade of several machines that was begun on this one. */
export const FleetUpgrade = z.strictObject({
  digest: ReleaseDigest,
  version: z.string(),
  sizeBytes: z.int(),
  atOnce: z.int(),
  by: z.string(),
  /** In the order of their turns; this machine comes last. */
  members: z.array(FleetMember),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  /** Grows with each change. */
  revision: z.int(),
})
export type FleetUpgrade = z.infer<typeof FleetUpgrade>
