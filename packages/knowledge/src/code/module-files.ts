// The files of a working copy as module resolution sees them: which there are, and what the configurations among them say.
import { createModules, type Modules } from './link/modules.ts'
import { readText } from './tree.ts'

export const isConfig = (path: string): boolean =>
  /(?:^|\/)(?:(?:package|[jt]sconfig(?:\.[\w-]+)?)\.json|go\.mod|Cargo\.toml|composer\.json)$/.test(path)

/** `files` is a set or a map of their paths. */
export function modulesIn({
  root,
  files,
}: {
  root: string
  files: Pick<ReadonlySet<string>, 'has' | 'keys'>
}): Modules {
  const texts = new Map<string, string | undefined>()
  return createModules({
    has: (path) => files.has(path),
    read: (path) => {
      if (!texts.has(path)) texts.set(path, files.has(path) ? readText(root, path).text : undefined)
      return texts.get(path)
    },
    paths: () => files.keys(),
    configs: () => [...files.keys()].filter((path) => isConfig(path)),
  })
}

/** The paths that its imports lead to, a line each as they are kept. */
export function targetsOf(
  { modules }: { modules?: Modules | undefined },
  row: { path: string; imports: string },
): string {
  if (row.imports === '') return ''
  return row.imports
    .split('\n')
    .map((one) => modules?.resolve(row.path, one) ?? '')
    .join('\n')
}

/** The same for a file that is read again, so that only what leads elsewhere than before is found to differ. */
export function knownTargets(
  { modules }: { modules?: Modules | undefined },
  before: { imports: string; targets: string } | undefined,
  row: { path: string; imports: string },
): string {
  if (row.imports === '' || !before) return ''
  if (before.imports === row.imports) return before.targets
  const targets = before.targets.split('\n')
  const known = new Map(before.imports.split('\n').map((one, at) => [one, targets[at] ?? '']))
  return row.imports
    .split('\n')
    .map((one) => known.get(one) ?? modules?.resolve(row.path, one) ?? '')
    .join('\n')
}
