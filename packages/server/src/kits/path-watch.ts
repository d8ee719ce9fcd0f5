// Watches one path that may not exist yet, may be replaced, and may lie in a folder that comes later.
import { statSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Calls once at the beginning and after each change; several changes at once are one. The answer ends it. */
export function watchPath(path: string, changed: () => void): () => void {
  let watcher: FSWatcher | null = null
  let watched = ''
  let isOver = false
  let isDue = false

  const due = () => {
    if (isDue || isOver) return
    isDue = true
    setImmediate(() => {
      isDue = false
      if (isOver) return
      arm()
      changed()
    })
  }

  /** The folder of a file is watched and not the file: a file that is replaced would be lost. */
  function arm(): void {
    const place = placeOf(path)
    if (place === watched && watcher !== null) return
    watcher?.close()
    watcher = null
    watched = place
    try {
      watcher = watch(place, (_event, name) => {
        if (place !== dirname(path) || name === null || name === basename(path)) due()
      })
      watcher.on('error', lost)
    } catch {
      // It went away between the look and the watch; whatever takes its place is found from the folder above.
      watched = ''
    }
  }
  const lost = () => {
    watcher?.close()
    watcher = null
    watched = ''
    due()
  }

  arm()
  due()
  return () => {
    isOver = true
    watcher?.close()
  }
}

/** The folder to watch: the path itself where it is one, else the nearest that exists. */
function placeOf(path: string): string {
  if (isFolder(path)) return path
  let place = dirname(path)
  while (!isFolder(place) && place !== dirname(place)) place = dirname(place)
  return place
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
