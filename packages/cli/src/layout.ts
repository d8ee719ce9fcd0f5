// Where the parts that the CLI starts lie: as sources in a checkout, as bundles in a release.
import { basename, dirname, join } from 'node:path'

export interface Layout {
  /** The folder with package.json. */
  root: string
  /** The daemon's entry. */
  daemon: string
  /** The entry of the code map's process for one question. */
  map: string
  /** The built dashboard. */
  web: string
}

/** The layout around this file: `here` is the path of the running module, `<root>/dist/release/cli.js` in a release. */
export function layoutOf(here: string): Layout {
  const folder = dirname(here)
  if (basename(folder) === 'release') {
    return {
      root: dirname(dirname(folder)),
      daemon: join(folder, 'daemon.js'),
      map: join(folder, 'map-once.js'),
      web: join(folder, 'web'),
    }
  }
  const root = dirname(dirname(dirname(folder)))
  return {
    root,
    daemon: join(root, 'packages/server/src/daemon.ts'),
    map: join(root, 'packages/knowledge/src/once.ts'),
    web: join(root, 'dist/release/web'),
  }
}
