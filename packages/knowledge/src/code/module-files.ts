// The files of a working copy as module resolution sees them: which there are, and what the configurations among them say.
import { createModules, type Modules } from './link/modules.ts'
import { readText } from './tree.ts'

export const isConfig = (path: string): boolean =>
  /(?:^|\/)(?:(?:package|[jt]sconfig(?:\.[\w-]+)?)\.json|go\.mod|Cargo\.toml|composer\.json)$/.test(path)

export function modulesIn({ root, files }: { root: string; files: ReadonlyMap<string, unknown> }): Modules {
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
