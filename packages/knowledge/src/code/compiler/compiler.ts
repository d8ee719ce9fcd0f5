// The TypeScript compiler as the exact judge of names. Its interface is unstable, so one version is spoken to and no other; it is
// a process of its own of up to a gigabyte, so it is started for one round of questions and ends with it.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const COMPILER_VERSION = '7.0.2'

export interface Declared {
  /** Absolute path. */
  file: string
  name: string
  /** From 1: the line of its name. */
  line: number
}

export interface Compiler {
  /** Where the names at these offsets of a file are declared; an empty list where it does not know. */
  declared(file: string, offsets: readonly number[]): Declared[][]
  /** Where the one function or method that the values there can be called as is declared. */
  callable(file: string, offsets: readonly number[]): (Declared | undefined)[]
  close(): void
}

// The few parts of the interface that are used.
interface RemoteNode {
  name?: { end: number; text?: string }
  end: number
}
interface RemoteHandle {
  path: string
  resolve(): RemoteNode | undefined
}
interface RemoteSymbol {
  name: string
  flags: number
  declarations: readonly RemoteHandle[]
}
interface RemoteType {
  flags: number
}
interface RemoteProject {
  program: { getSourceFileNames(): readonly string[] }
  checker: {
    getSymbolAtPosition(file: string, positions: readonly number[]): (RemoteSymbol | undefined)[]
    getAliasedSymbol(symbol: RemoteSymbol): RemoteSymbol
    getTypeAtPosition(file: string, positions: readonly number[]): (RemoteType | undefined)[]
    getSignaturesOfType(type: RemoteType, kind: number): readonly { declaration?: RemoteHandle }[]
  }
}
interface Remote {
  updateSnapshot(given: { openProjects: string[] }): { getProjects(): readonly RemoteProject[] }
  close(): void
}
type RemoteModule = { API: new (options: { cwd: string }) => Remote }

/** Undefined where the version that is spoken to is installed neither in the working copy nor here. */
export async function openCompiler(root: string, config: string): Promise<Compiler | undefined> {
  const folder = [join(root, 'package.json'), import.meta.url]
    .map((from) => compilerFolder(from))
    .find(Boolean)
  if (folder === undefined) return undefined
  const path = pathToFileURL(join(folder, 'dist/api/sync/api.js')).href
  // Its types are its own business and unstable; what is used is written above.
  const { API } = (await import(path)) as RemoteModule // oxlint-disable-line typescript/no-unsafe-type-assertion
  const remote = new API({ cwd: root })
  try {
    const [project] = remote.updateSnapshot({ openProjects: [config] }).getProjects()
    if (project) return judge({ project, root }, () => remote.close())
  } catch (error) {
    remote.close()
    throw error
  }
  remote.close()
  return undefined
}

function compilerFolder(from: string): string | undefined {
  try {
    const path = createRequire(from).resolve('typescript/package.json')
    const { version }: { version?: unknown } = JSON.parse(readFileSync(path, 'utf8'))
    const folder = dirname(path)
    return version === COMPILER_VERSION && existsSync(join(folder, 'dist/api/sync/api.js'))
      ? folder
      : undefined
  } catch {
    return undefined // not installed there, which is what was asked
  }
}

const ALIAS = 1 << 21
const UNION = 1 << 27
const CALL = 0
const BATCH = 500

function judge(of: { project: RemoteProject; root: string }, close: () => void): Compiler {
  const { checker, program } = of.project
  const known = new Set(program.getSourceFileNames())
  const places = new Map<RemoteSymbol, Declared[]>()
  const lines = new Map<string, number[]>()
  const placesOf = (symbol: RemoteSymbol): Declared[] => {
    const before = places.get(symbol)
    if (before) return before
    const target = symbol.flags & ALIAS ? checker.getAliasedSymbol(symbol) : symbol
    const own = target.declarations.filter((one) => isOwn(of.root, one.path))
    const found = own.flatMap((one) => declarationOf(target, one, lines))
    places.set(symbol, found)
    return found
  }
  return {
    declared(file, offsets) {
      if (!known.has(file)) return offsets.map(() => [])
      const found: Declared[][] = []
      for (let at = 0; at < offsets.length; at += BATCH) {
        const symbols = checker.getSymbolAtPosition(file, offsets.slice(at, at + BATCH))
        for (const one of symbols) found.push(one ? placesOf(one) : [])
      }
      return found
    },
    callable(file, offsets) {
      if (!known.has(file) || offsets.length === 0) return offsets.map(() => undefined)
      const types = checker.getTypeAtPosition(file, offsets)
      return types.map((type) => {
        if (!type || type.flags & UNION) return undefined
        const [only, ...others] = checker.getSignaturesOfType(type, CALL)
        const handle = only?.declaration
        return handle && others.length === 0 && isOwn(of.root, handle.path)
          ? placeOf(handle, lines)
          : undefined
      })
    },
    close,
  }
}

/** Libraries are none of the map's files, and reading them costs more than all else. */
const isOwn = (root: string, path: string): boolean =>
  path.startsWith(`${root}/`) && !path.slice(root.length).includes('/node_modules/')

function declarationOf(symbol: RemoteSymbol, handle: RemoteHandle, lines: Map<string, number[]>): Declared[] {
  const place = placeOf(handle, lines)
  return place ? [{ ...place, name: symbol.name }] : []
}

function placeOf(handle: RemoteHandle, lines: Map<string, number[]>): Declared | undefined {
  const node = handle.resolve()
  if (!node) return undefined
  let starts = lines.get(handle.path)
  if (!starts) lines.set(handle.path, (starts = lineStarts(handle.path)))
  const end = node.name?.end ?? node.end
  const name = node.name?.text ?? ''
  return { file: handle.path, name, line: starts.findLastIndex((one) => one < end) + 1 }
}

function lineStarts(path: string): number[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
