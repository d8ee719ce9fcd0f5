// Walks a working copy and reads its files: bounded, never through a symlink, and with a name for everything it leaves out.
import { hash as hashOf } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  type Dirent,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import { createIgnore, inFolder, type Ignore } from './ignore.ts'

/** Larger ones are generated: reading them would cost more than they tell. */
export const FILE_LIMIT_BYTES = 1_500_000

export interface Problem {
  path: string
  problem: string
}

export interface Scan {
  /** Relative to the root, with forward slashes, sorted. */
  paths: string[]
  /** The folders among them, '' for the root. */
  folders: string[]
  problems: Problem[]
  /** Whether a file that has come since is ignored, as the rules were then; undefined where its folder was not walked. */
  ignores(path: string): boolean | undefined
}

interface Walk {
  root: string
  scan: Scan
  /** By folder. */
  rules: Map<string, Ignore>
}

/** Everything in the folder that is not ignored. A folder that vanishes meanwhile is a problem, not a failure. */
export function scanTree(root: string): Scan {
  const rules = new Map<string, Ignore>()
  const ignores = (path: string) =>
    rules.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))))?.ignores(path, false)
  const scan: Scan = { paths: [], folders: [], problems: [], ignores }
  walk({ root, scan, rules }, '', createIgnore())
  scan.paths.sort()
  return scan
}

function walk(place: Walk, folder: string, above: Ignore): void {
  place.scan.folders.push(folder)
  const entries = readFolder(place, folder)
  const own = entries.some((one) => one.name === '.gitignore' && one.isFile())
    ? readText(place.root, inFolder(folder, '.gitignore'))
    : undefined
  const ignore = own?.text === undefined ? above : above.with(folder, own.text)
  place.rules.set(folder, ignore)
  for (const entry of entries) {
    const path = inFolder(folder, entry.name)
    if (ignore.ignores(path, entry.isDirectory())) continue
    // A link is followed by nobody: its target is walked where it lies, and a circle has no end.
    if (entry.isSymbolicLink()) noteLink(place, path)
    else if (entry.isDirectory()) walk(place, path, ignore)
    else if (entry.isFile()) place.scan.paths.push(path)
  }
}

/** A link that leads nowhere is named, as nothing is walked in its place. */
function noteLink({ root, scan }: Walk, path: string): void {
  const problem = problemOfLink(root, path)
  // An editor's mark that somebody has a file open is such a link, and no file.
  if (problem && !(problem === DANGLING && basename(path).startsWith('.#')))
    scan.problems.push({ path, problem })
}

/** What is wrong with it: it leads to nothing, to a folder that it lies in, or to itself. */
function problemOfLink(root: string, path: string): string | undefined {
  try {
    const at = `${realpathSync(dirname(`${root}/${path}`))}/`
    return at.startsWith(`${realpathSync(`${root}/${path}`)}/`) ? CIRCLE : undefined
  } catch (error) {
    const why = reason(error)
    return why === VANISHED ? DANGLING : why
  }
}

function readFolder(place: Walk, folder: string): Dirent[] {
  try {
    return readdirSync(`${place.root}/${folder}`, { withFileTypes: true })
  } catch (error) {
    place.scan.problems.push({ path: folder, problem: reason(error) })
    return []
  }
}

export interface FileText {
  text?: string
  hash: string
  sizeBytes: number
  problem?: string
}

const NEVER_THROUGH_A_LINK = constants.O_RDONLY | constants.O_NOFOLLOW

/** Whether nothing that belongs to the folder is there: the file has gone, or a link stands in its place. */
export const isAbsent = ({ hash, problem }: FileText): boolean =>
  hash === '' && (problem === VANISHED || problem === CIRCLE)

/** The text with its hash; `problem` instead of a text for what is no readable source. */
export function readText(root: string, path: string): FileText {
  let file: number
  try {
    file = openSync(`${root}/${path}`, NEVER_THROUGH_A_LINK)
  } catch (error) {
    return { hash: '', sizeBytes: 0, problem: reason(error) }
  }
  try {
    const { size } = fstatSync(file)
    if (size > FILE_LIMIT_BYTES)
      return {
        hash: `size-${size}`,
        sizeBytes: size,
        problem: `larger than ${FILE_LIMIT_BYTES / 1e6} MB, so most likely generated`,
      }
    const bytes = readBytes(file, size)
    const hash = hashOf('sha1', bytes, 'base64url')
    if (bytes.subarray(0, 8000).includes(0))
      return { hash, sizeBytes: bytes.length, problem: 'binary, not text' }
    return { text: bytes.toString('utf8'), hash, sizeBytes: bytes.length }
  } catch (error) {
    return { hash: '', sizeBytes: 0, problem: reason(error) }
  } finally {
    closeSync(file)
  }
}

/** One call less than the library makes, many thousand times. */
function readBytes(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  let length = 0
  while (length < size) {
    const count = readSync(file, bytes, length, size - length, null)
    // It was cut meanwhile.
    if (count === 0) break
    length += count
  }
  return bytes.subarray(0, length)
}

const reason = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? (WORDS[error.code] ?? error.code)
    : 'could not be read'

/** What is said of a path that is not there any more. */
const VANISHED = 'vanished while it was read'

const CIRCLE = 'a circle of symbolic links'
const DANGLING = 'a symbolic link to nothing'

const WORDS: Record<string, string> = {
  ENOENT: VANISHED,
  EACCES: 'may not be read',
  ELOOP: CIRCLE,
  EISDIR: 'a folder',
  ENAMETOOLONG: 'its name is too long',
}
