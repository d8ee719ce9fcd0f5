// Keeps a map live: what is saved is in the graph a moment later. Each folder is watched by itself, so that what is ignored
// (dependencies, builds) costs neither a watch nor an event.
import { statSync, watch as watchFolder, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import type { Change, CodeMap } from './code-map.ts'
import { inFolder } from './ignore.ts'
import { scanTree } from './tree.ts'

export interface WatchOptions {
  map: CodeMap
  /** After each step: the paths and what it cost. */
  onChange(change: Change & { paths: string[]; ms: number }): void
  onError(error: unknown): void
}

/** Saves come in pairs and triples (truncate, write, rename): they are one step. */
const SETTLE_MS = 12

/** A switch of branches is cheaper as one look at everything. */
const SWEEP = 400

/** Says which paths are ignored: its own change changes what belongs to the folder. */
const RULES = /(?:^|\/)\.gitignore$/

/** Watches until the signal aborts. */
export function watchCodeMap(options: WatchOptions, signal: AbortSignal): void {
  const { map } = options
  const watchers = new Map<string, FSWatcher>()
  const waiting = new Set<string>()
  let isSweep = false
  let timer: NodeJS.Timeout | undefined

  const end = () => {
    clearTimeout(timer)
    for (const one of watchers.values()) one.close()
    watchers.clear()
  }
  const failed = (error: unknown) => {
    end()
    options.onError(error)
  }
  const follow = () => {
    const folders = new Set(scanTree(map.root).folders)
    for (const [folder, one] of watchers) {
      if (folders.has(folder)) continue
      one.close()
      watchers.delete(folder)
    }
    for (const folder of folders) if (!watchers.has(folder)) open(folder)
  }
  const flush = () => {
    timer = undefined
    const paths = [...waiting]
    const sweep = isSweep || paths.length > SWEEP
    waiting.clear()
    isSweep = false
    const begun = performance.now()
    try {
      if (sweep) follow()
      const change = sweep ? map.index() : map.update(paths)
      options.onChange({ ...change, paths, ms: performance.now() - begun })
    } catch (error) {
      failed(error)
    }
  }
  const heard = (folder: string, name: string) => {
    const path = inFolder(folder, name)
    if (watchers.has(path) || RULES.test(path) || isFolder(join(map.root, path))) isSweep = true
    waiting.add(path)
    timer ??= setTimeout(flush, SETTLE_MS)
  }
  const open = (folder: string) => {
    try {
      const one = watchFolder(join(map.root, folder), (_, name) => {
        if (name !== null) heard(folder, name)
      })
      // A folder that goes away says so in the folder above it.
      one.on('error', () => {
        one.close()
        watchers.delete(folder)
      })
      watchers.set(folder, one)
    } catch (error) {
      // It vanished since it was listed; anything else, such as no more watches, is for the owner.
      if (folder === '' || !isGone(error)) throw error
    }
  }

  follow()
  signal.addEventListener('abort', end, { once: true })
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const isGone = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'
