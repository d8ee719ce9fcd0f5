// Watches a file or folder that may not exist yet, may be replaced, and may go and come again.
import { existsSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Calls once at the beginning and after each change, never twice for one moment. The answer ends it. */
export function watchPath(path: string, changed: () => void): () => void {
  let watchers: FSWatcher[] = []
  let isClosed = false
  let isDue = false

  function tell(): void {
    if (isDue || isClosed) return
    isDue = true
    setImmediate(() => {
      isDue = false
      if (!isClosed) changed()
    })
  }

  /** Watches the path itself where it is there, and the nearest folder above that is. */
  function arm(): void {
    close()
    const folder = nearestFolder(path)
    const expected = basename(childTowards(folder, path))
    add(folder, (name) => {
      if (name !== null && name !== expected) return
      arm()
      tell()
    })
    if (existsSync(path)) add(path, tell)
  }

  function add(place: string, listener: (name: string | null) => void): void {
    try {
      const watcher = watch(place, (_, name) => listener(name))
      // What is watched may go at any moment; then the folder above tells, or nothing ever will.
      watcher.on('error', () => watcher.close())
      watchers.push(watcher)
    } catch {
      // It went between the look and the watch: the folder above tells when it is back.
    }
  }

  function close(): void {
    for (const watcher of watchers) watcher.close()
    watchers = []
  }

  arm()
  tell()
  return () => {
    isClosed = true
    close()
  }
}

function nearestFolder(path: string): string {
  const above = dirname(path)
  return above === path || existsSync(above) ? above : nearestFolder(above)
}

const childTowards = (folder: string, path: string): string =>
  dirname(path) === folder ? path : childTowards(folder, dirname(path))
