// Which files of a folder belong to it: what .gitignore leaves, without what is never source.
import { join } from 'node:path/posix'

export interface Ignore {
  ignores(path: string, isFolder: boolean): boolean
  /** The same with one more .gitignore, which lies in that folder. */
  with(folder: string, text: string): Ignore
}

const NEVER = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.next',
  '.turbo',
  '.cache',
  'coverage',
])

interface Pattern {
  test: RegExp
  keeps: boolean
  foldersOnly: boolean
}

export const createIgnore = (patterns: readonly Pattern[] = []): Ignore => ({
  ignores(path, isFolder) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (NEVER.has(name)) return true
    // The last pattern that fits decides.
    const last = patterns.findLast((one) => (isFolder || !one.foldersOnly) && one.test.test(path))
    return last !== undefined && !last.keeps
  },
  with: (folder, text) => createIgnore([...patterns, ...readPatterns(folder, text)]),
})

const readPatterns = (folder: string, text: string): Pattern[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\)\s+$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => readPattern(folder, line))

function readPattern(folder: string, line: string): Pattern {
  const keeps = line.startsWith('!')
  const body = line.replace(/^!/, '').replace(/^\\([!#])/, '$1')
  const foldersOnly = body.endsWith('/')
  const plain = body.replace(/\/$/, '')
  // A slash before the end binds the pattern to its folder.
  const bound = plain.includes('/')
  const base = folder === '.' || folder === '' ? '' : `${escape(folder)}/`
  const inner = globToRegExp(plain.replace(/^\//, ''))
  return { test: new RegExp(`^${base}${bound ? '' : '(?:.*/)?'}${inner}$`), keeps, foldersOnly }
}

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

function globToRegExp(glob: string): string {
  let made = ''
  for (let at = 0; at < glob.length; at++) {
    const rest = glob.slice(at)
    const [deep] = /^\*\*\/|^\/\*\*$|^\*\*/.exec(rest) ?? []
    if (deep !== undefined) {
      made += deep === '**/' ? '(?:.*/)?' : deep === '/**' ? '/.*' : '.*'
      at += deep.length - 1
      continue
    }
    const [set] = /^\[[^\]]+\]/.exec(rest) ?? []
    if (set !== undefined) {
      made += set.replace('[!', '[^').replaceAll('\\', String.raw`\\`)
      at += set.length - 1
    } else made += one(glob[at] ?? '')
  }
  return made
}

const one = (char: string) => (char === '*' ? '[^/]*' : char === '?' ? '[^/]' : escape(char))

export const inFolder = (folder: string, name: string) => (folder === '' ? name : join(folder, name))
