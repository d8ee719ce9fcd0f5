// Installs a program from npm into a folder of its own, once for each version; nothing of it is ever shipped.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '@tutti/terminals'
import type { Driver } from './driver.ts'
import { programOf } from './programs.ts'
import type { Installed } from './room.ts'

const INSTALL_MS = 300_000
const VERSION_MS = 60_000

/** `cache` holds programs between runs, `folder` the rooms of this one. */
export async function install(
  driver: Driver,
  { cache, folder }: { cache: string; folder: string },
): Promise<Installed> {
  const { npm, version, bin } = programOf(driver.kit.name)
  const prefix = join(cache, `${driver.kit.name}-${version}`)
  const program = join(prefix, 'node_modules', '.bin', bin)
  const path = [dirname(program), dirname(process.execPath), ...SYSTEM].join(':')
  if (!existsSync(program)) await installInto(prefix, `${npm}@${version}`)
  const env = { HOME: prefix, PATH: path }
  const printed = await run(program, driver.kit.versionArgs, { env, cwd: prefix, timeoutMs: VERSION_MS })
  const found = driver.kit.version(printed.stdout.toString())
  if (found === null)
    throw new Error(`${program} does not print a version of ${driver.kit.label}: ${printed.stderr}`)
  return { program, path, version: found, folder }
}

const SYSTEM = ['/usr/local/bin', '/usr/bin', '/bin']

async function installInto(prefix: string, what: string): Promise<void> {
  mkdirSync(prefix, { recursive: true })
  writeFileSync(join(prefix, 'package.json'), '{"private":true}\n')
  const args = ['install', '--no-audit', '--no-fund', '--no-save', what]
  const ran = await run('npm', args, { env: process.env, cwd: prefix, timeoutMs: INSTALL_MS })
  if (ran.code !== 0) throw new Error(`npm could not install ${what}: ${ran.stderr}`)
}
