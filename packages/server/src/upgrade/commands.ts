// The faces of the daemon's entry that belong to upgrades: the check of a new version, its supervisor, and packing one.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { mkdirSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fault, type Clock, type RandomBytes } from '@tutti/core'
import { nodeIdOf, publicKey } from '@tutti/protocol'
import type { Config } from '../config.ts'
import { openStore } from '../db/open.ts'
import type { Log } from '../handler.ts'
import { isAlive } from '../lock.ts'
import { nodeKeyFile } from '../wiring/mesh-room.ts'
import { identityOf, rawOf } from '../mesh/identity.ts'
import { keyPath, readKey, readOrCreateKey } from '../vault/keys.ts'
import { packRelease } from './packing.ts'
import { placesIn } from './places.ts'
import { snapshotBytes } from './snapshot.ts'
import { superviseUpgrade } from './supervisor.ts'
import { createVersionProcesses, healthAt } from './version-process.ts'

export interface UpgradeCommandDeps {
  config: Config
  clock: Clock
  random: RandomBytes
  log: Log
  env: Readonly<Record<string, string | undefined>>
  pid: number
  version: string
  /** The folder of this program. */
  program: string
}

/** Answers a command with what is printed. */
export function upgradeCommand(
  deps: UpgradeCommandDeps,
  [command, ...args]: readonly string[],
): Promise<unknown> {
  if (command === 'check') return check(deps, args)
  return command === 'supervise' ? supervise(deps) : pack(deps, args)
}

/** Opens a copy of the database, which brings its schema up, and loads all that a start loads. */
async function check({ config, clock, log, version }: UpgradeCommandDeps, [folder = '']: readonly string[]) {
  await import('../running.ts')
  const auditKey = readKey(keyPath(config.dataFolder, 'audit'))
  const store = await openStore({ path: join(folder, 'tutti.db'), clock, log, auditKey })
  await store.close()
  return { version }
}

async function supervise({ config, clock, log, env, pid, program }: UpgradeCommandDeps): Promise<unknown> {
  const { dataFolder, logFolder } = config
  const places = placesIn(dataFolder)
  return superviseUpgrade({
    ...createVersionProcesses({ env, root: program, logFolder }),
    places,
    clock,
    log,
    pid,
    copyDatabase: (to) => copyDatabase(join(dataFolder, 'tutti.db'), to),
    freeBytes() {
      const { bavail, bsize } = statfsSync(dataFolder)
      return bavail * bsize
    },
    databaseBytes: () => snapshotBytes(dataFolder),
    health: healthAt,
    isAlive,
    kill: (one, signal) => process.kill(one, signal),
  })
}

/** As it is at this moment, while the daemon goes on writing. */
function copyDatabase(path: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    database.prepare('VACUUM INTO ?').run(join(folder, 'tutti.db'))
  } finally {
    database.close()
  }
}

/** `pack ROOT FILE [VERSION] [KEYFILE]`: signed by this machine's key, or by one that a file holds as PEM. */
async function pack(
  { config, clock, random }: UpgradeCommandDeps,
  [root = '', to = '', version = '', keyFile = '']: readonly string[],
) {
  const self = keyFile === '' ? ownKey(config, random) : keyIn(keyFile)
  return packRelease({ root, to, now: clock.now(), self, ...(version === '' ? {} : { version }) })
}

function ownKey(config: Config, random: RandomBytes) {
  mkdirSync(join(config.dataFolder, 'keys'), { recursive: true, mode: 0o700 })
  return identityOf(readOrCreateKey(nodeKeyFile(config), random, true))
}

function keyIn(path: string) {
  try {
    const key = createPrivateKey(readFileSync(path, 'utf8'))
    const id = nodeIdOf(publicKey(rawOf(createPublicKey(key))))
    return { id, sign: (data: Uint8Array) => new Uint8Array(sign(null, data, key)) }
  } catch (error) {
    throw fault('release.damaged', { problem: `${path} holds no Ed25519 key` }, error)
  }
}
