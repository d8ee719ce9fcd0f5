// Upgrading this machine and the machines of the room: releases, the keys that may sign them, and the two kinds of upgrade.
import { z } from 'zod'
import { NodeIdText } from '../node.ts'
import { op } from '../operation.ts'
import {
  FleetUpgrade,
  Release,
  ReleaseDigest,
  ReleaseKey,
  UPGRADE_PHASES,
  Upgrade,
  UpgradeState,
} from '../upgrade.ts'

const Nothing = z.strictObject({})
const OneKey = z.strictObject({ key: NodeIdText })
/** A release with its binaries and grammars has 40 MB. */
const RELEASE_BYTES = 256 * 1024 * 1024

export const upgradeOperations = {
  listReleases: op({
    method: 'GET',
    path: '/v1/releases',
    may: 'upgrade:read',
    input: Nothing,
    output: () => z.array(Release),
    says: 'List the releases that are on this machine',
    cli: { words: 'releases' },
  }),
  uploadRelease: op({
    method: 'POST',
    path: '/v1/releases/upload',
    may: 'upgrade:write',
    input: Nothing,
    output: Release,
    says: 'Bring a release to this machine; it is checked, and nothing of it is run',
    raw: { limitBytes: RELEASE_BYTES },
    audited: true,
  }),
  listReleaseKeys: op({
    method: 'GET',
    path: '/v1/releases/keys',
    may: 'settings:read',
    input: Nothing,
    output: () => z.array(ReleaseKey),
    says: 'List the keys whose releases this machine installs',
    cli: { words: 'releases keys' },
  }),
  trustReleaseKey: op({
    method: 'PUT',
    path: '/v1/releases/keys/{key}',
    may: 'settings:write',
    input: () => z.strictObject({ ...OneKey.shape, name: ReleaseKey.shape.name.default('unnamed') }),
    output: () => z.array(ReleaseKey),
    says: 'Let releases be installed here that this key has signed, such as that of another machine of the room',
    cli: { words: 'releases trust', args: ['key'] },
    audited: true,
  }),
  distrustReleaseKey: op({
    method: 'DELETE',
    path: '/v1/releases/keys/{key}',
    may: 'settings:write',
    input: OneKey,
    output: () => z.array(ReleaseKey),
    says: 'Install nothing any more that this key has signed',
    cli: { words: 'releases distrust', args: ['key'] },
    audited: true,
  }),
  upgradeMachine: op({
    method: 'POST',
    path: '/v1/upgrades',
    may: 'upgrade:write',
    input: () =>
      z.strictObject({
        digest: ReleaseDigest,
        /** The machine of the room that has the file, where this one has it not. */
        from: NodeIdText.optional(),
        sizeBytes: z.int().min(1).max(RELEASE_BYTES).optional(),
      }),
    output: Upgrade,
    says: 'Upgrade this machine to a release; it returns to the former version by itself if the new one is not healthy',
    audited: true,
  }),
  getUpgrade: op({
    method: 'GET',
    path: '/v1/upgrades/last',
    may: 'upgrade:read',
    input: () =>
      z.strictObject({
        /** Answers when the phase is another one, or after 20 s. */
        past: z.enum(UPGRADE_PHASES).optional(),
      }),
    output: UpgradeState,
    says: 'The version that runs here, and how the last upgrade went',
    cli: { words: 'upgrade show' },
  }),
  upgradeNodes: op({
    method: 'POST',
    path: '/v1/upgrades/room',
    may: 'upgrade:write',
    input: () =>
      z.strictObject({
        digest: ReleaseDigest,
        /** Left out: all machines of the room. */
        nodes: z.array(NodeIdText).min(1).max(500).optional(),
        atOnce: z.int().min(1).max(50).default(1),
      }),
    output: FleetUpgrade,
    says: 'Upgrade machines of the room one after the other, this one last; the first failure ends it',
    audited: true,
  }),
  getRoomUpgrade: op({
    method: 'GET',
    path: '/v1/upgrades/room',
    may: 'upgrade:read',
    input: () =>
      z.strictObject({
        /** Answers when the revision is another one, or after 20 s. */
        past: z.int().min(0).optional(),
      }),
    output: () => FleetUpgrade.nullable(),
    says: 'How the last upgrade of several machines that began here stands',
    cli: { words: 'nodes upgrade show' },
  }),
} as const
