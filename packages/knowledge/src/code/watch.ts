// Keeps a map live: what is saved is in the graph a moment later.
import { watch as watchFolder } from 'node:fs'
import type { Change, CodeMap } from './code-map.ts'

export interface WatchOptions {
  map: CodeMap
  /** After each step: the paths and what it cost. */
  onChange(change: Change & { paths: string[]; ms: number }): void
  onError(error: unknown): void
}

/** Saves come in pairs and triples (truncate, write, rename): they are one step. */
const SETTLE_MS = 12
/** A folder that came or went names none of its files. */
const isFolder = (path: string) => !/\.[^/]+$/.test(path)
/** A switch of branches is cheaper as one look at everything. */
const SWEEP = 400

const QUIET = /(?:^|\/)(?:node_modules|\.git|\.hg|dist|coverage|__pycache__|\.venv)(?:\/|$)/

/** Watches until the signal aborts. */
export function watchCodeMap(options: WatchOptions, signal: AbortSignal): void {
  const { map } = options
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    const paths = [...waiting]
    waiting.clear()
    const begun = performance.now()
    try {
      const isSweep = paths.length > SWEEP || paths.some((path) => isFolder(path))
      const change = isSweep ? map.index() : map.update(paths)
      options.onChange({ ...change, paths, ms: performance.now() - begun })
    } catch (error) {
      options.onError(error)
    }
  }
  const watcher = watchFolder(map.root, { recursive: true, signal }, (_, name) => {
    if (name === null) return
    const path = name.replaceAll('\\', '/')
    if (QUIET.test(path)) return
    waiting.add(path)
    timer ??= setTimeout(flush, SETTLE_MS)
  })
  watcher.on('error', (error) => options.onError(error))
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}
