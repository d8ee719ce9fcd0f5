// What git knows of the folder: its history, its differences. Absent git, or no repository, is no failure: there is no history.
import { spawnSync } from 'node:child_process'

export interface Git {
  /** Commits that touched each file, newest first. */
  log(limit: number): Commit[]
  /** Unified differences without context, of the working copy against a revision. */
  diff(revision: string): string
  /** Files that differ from the last commit, and new ones. */
  changed(): string[]
  /** New files that git neither knows nor ignores. */
  untracked(): string[]
  /** The differences to a revision, with paths before the change too; without context. */
  rawDiff(revision: string): string
  /** Where this line of work left that one; the short name of its commit, '' without any. */
  base(revision: string): string
  branch(): string
  /** The present commit; '' without any. */
  head(): string
  /** Branches, latest first. */
  branches(): string[]
  /** Each line of a file as it is (or those from and to), with the commit that wrote it; nothing for a file that git does not know. */
  lines(path: string, within?: readonly [from: number, to: number]): Line[]
  /** The file's text in that commit, '' where it was not there. */
  textAt(commit: string, path: string): string
}

export interface Line {
  commit: string
  author: string
  subject: string
  /** ms UTC. */
  at: number
  text: string
}

export interface Commit {
  author: string
  /** ms UTC. */
  at: number
  subject: string
  files: string[]
}

const OUTPUT_LIMIT_BYTES = 200_000_000

export function createGit(root: string): Git {
  const run = (args: readonly string[]): string => {
    // Nothing of the repository's own configuration may run a program.
    const safe = ['-c', 'core.fsmonitor=false', '-c', 'diff.external=', '-c', 'core.quotepath=false', ...args]
    const done = spawnSync('git', safe, { cwd: root, encoding: 'utf8', maxBuffer: OUTPUT_LIMIT_BYTES })
    return done.status === 0 ? done.stdout : ''
  }
  return {
    log: (limit) =>
      parseLog(
        run([
          'log',
          `-n${limit}`,
          '--no-merges',
          '--name-only',
          '--relative',
          '-z',
          '--format=%x01%an%x02%at%x02%s',
        ]),
      ),
    changed: () =>
      parseStatus(run(['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames', '--', '.'])),
    untracked: () =>
      run(['ls-files', '--others', '--exclude-standard', '-z', '--', '.']).split('\0').filter(Boolean),
    rawDiff: (revision) =>
      run([
        'diff',
        '-U0',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--no-renames',
        '--relative',
        '--src-prefix=a/',
        '--dst-prefix=b/',
        '--end-of-options',
        revision,
        '--',
      ]),
    base: (revision) =>
      run([
        'rev-parse',
        '--short',
        '--verify',
        '--end-of-options',
        run(['merge-base', '--end-of-options', revision, 'HEAD']).trim() || `${revision}^{commit}`,
      ]).trim(),
    head: () => run(['rev-parse', '--verify', '--quiet', 'HEAD']).trim(),
    branch: () => run(['branch', '--show-current']).trim(),
    branches: () =>
      run(['for-each-ref', '--sort=-committerdate', '--count=50', '--format=%(refname:short)', 'refs/heads'])
        .split('\n')
        .filter(Boolean),
    lines: (path, within) =>
      parseLines(run(['blame', '--line-porcelain', ...(within ? ['-L', within.join(',')] : []), '--', path])),
    textAt: (commit, path) => run(['show', '--end-of-options', `${commit}:./${path}`]),
    // A revision is never an option.
    diff: (revision) =>
      run([
        'diff',
        '-U0',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--relative',
        '--end-of-options',
        revision,
        '--',
      ]),
  }
}

/** Reads `git status --porcelain -z` without renames: two letters, a blank, the path. */
const parseStatus = (text: string): string[] =>
  text
    .split('\0')
    .map((one) => one.slice(3))
    .filter((one) => one !== '')

/** Reads `git blame --line-porcelain`: for each line a head, fields, and the text behind a tab. */
function parseLines(text: string): Line[] {
  const lines: Line[] = []
  let commit = ''
  let at = 0
  let author = ''
  let subject = ''
  for (const one of text.split('\n')) {
    const head = /^([0-9a-f]{40,64}) \d+ \d+/.exec(one)
    if (head) commit = head[1] ?? ''
    else if (one.startsWith('author-time ')) at = Number(one.slice('author-time '.length)) * 1000
    else if (one.startsWith('author ')) author = one.slice('author '.length)
    else if (one.startsWith('summary ')) subject = one.slice('summary '.length)
    else if (one.startsWith('\t')) lines.push({ commit, author, subject, at, text: one.slice(1) })
  }
  return lines
}

/** Reads `git log -z --name-only` with the format above. */
export function parseLog(text: string): Commit[] {
  return text
    .split('\u0001')
    .slice(1)
    .map((block) => {
      const [head = '', ...files] = block.split('\0')
      const [author = '', seconds = '0', subject = ''] = head.split('\u0002')
      return {
        author,
        at: Number(seconds) * 1000,
        subject: subject.trim(),
        files: files.map((one) => one.replace(/^\n/, '')).filter((one) => one !== ''),
      }
    })
}

export interface DiffFile {
  path: string
  /** Changed lines of the new text, from and to; where lines only went away, the line before. */
  ranges: [from: number, to: number][]
}

/** Reads a unified difference. */
export function parseDiff(text: string): DiffFile[] {
  const files: DiffFile[] = []
  for (const line of text.split('\n')) {
    const path = /^\+\+\+ (?:b\/)?(.*?)\t?$/.exec(line)?.[1]
    if (path !== undefined) files.push({ path, ranges: [] })
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (!hunk) continue
    const from = Number(hunk[1])
    const count = hunk[2] === undefined ? 1 : Number(hunk[2])
    files.at(-1)?.ranges.push([from, from + Math.max(0, count - 1)])
  }
  return files
}
