// Makes the file of a release from an installation: the program, the dashboard, and the packages with binaries that npm put
// beside it. What it holds runs without a network and without npm.
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fault, type Release } from '@tutti/core'
import type { NodeId, SignNow } from '@tutti/protocol'
import { z } from 'zod'
import { writeRelease } from './release-file.ts'

export interface Packing {
  /** Holds package.json and dist/release. */
  root: string
  to: string
  /** In place of the one that package.json says. */
  version?: string
  now: number
  self: { id: NodeId; sign: SignNow }
}

const Package = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})
type Package = z.infer<typeof Package>

const packageAt = (folder: string): Package =>
  Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))

/** Throws release.damaged where the folder holds nothing that was built. */
export async function packRelease({ root, to, version, now, self }: Packing): Promise<Release> {
  if (!existsSync(join(root, 'dist/release/daemon.js')))
    throw fault('release.damaged', { problem: `${join(root, 'dist/release')} is not built` })
  const own = packageAt(root)
  const shown = {
    name: own.name,
    version: version ?? own.version,
    type: 'module',
    bin: BIN,
    dependencies: own.dependencies,
  }
  const packageFile = `${to}.package.json`
  writeFileSync(packageFile, `${JSON.stringify(shown, null, 2)}\n`, { mode: 0o600 })
  const sources = [
    { path: 'package.json', from: packageFile },
    { path: 'bin/tutti.js', from: join(root, 'bin/tutti.js') },
    ...filesOf(root, 'dist/release'),
    ...[...packagesOf(root)].flatMap(([name, folder]) => filesOf(folder, '', `node_modules/${name}`)),
  ]
  const platform = `${process.platform}-${process.arch}`
  try {
    const facts = { version: shown.version, platform, builtAt: now, by: self.id, sign: self.sign }
    return await writeRelease(to, sources, facts)
  } finally {
    rmSync(packageFile)
  }
}

const BIN = { tutti: 'bin/tutti.js' }

/** Maps are for people with the sources; names with a dot in front are never part of a program. */
function filesOf(folder: string, below: string, as = below): { path: string; from: string }[] {
  return globSync('**/*', { cwd: join(folder, below), withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map') && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((from) => ({ from, path: `${as}/${from.slice(join(folder, below).length).replace(/^\//, '')}` }))
}

/** What the program needs of npm, with what that needs in turn, by name; a binary for another platform is not there. */
function packagesOf(root: string): Map<string, string> {
  const found = new Map<string, string>()
  const visit = (from: string, { dependencies, optionalDependencies }: Package) => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const folder = folderOf(from, name)
      if (folder === null || found.has(name)) continue
      found.set(name, folder)
      visit(folder, packageAt(folder))
    }
  }
  visit(root, packageAt(root))
  return found
}

/** Where Node finds the package from there: in its own node_modules, or in those above. */
function folderOf(from: string, name: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (at === dirname(at)) return null
  }
}
