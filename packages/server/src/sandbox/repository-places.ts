// The repository in a working folder: the agent commits there, but what git runs by itself, for it and for everybody else, stays as it is.
import { lstat, mkdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SandboxPlace } from './wrap.ts'

/**
 * Settings and hooks of a repository name programs that git starts, also outside of the sandbox where a person or Tutti looks at the
 * folder. So both are read-only, and `.git` cannot be moved aside to make another. A worktree gets the repository that knows it.
 */
export async function repositoryPlaces(folder: string): Promise<SandboxPlace[]> {
  const own = join(folder, '.git')
  const facts = await lstat(own).catch(() => null)
  if (facts?.isDirectory()) return placesOf(own)
  const shared = facts?.isFile() ? await sharedBy(own) : null
  return shared === null ? [] : [{ path: own, access: 'read' }, ...(await placesOf(shared))]
}

async function placesOf(git: string): Promise<SandboxPlace[]> {
  await mkdir(join(git, 'hooks'), { recursive: true })
  const fixed = ['config', 'hooks'].map((name) => join(git, name))
  const sound = await Promise.all(fixed.map(async (path) => (await realpath(path).catch(() => '')) === path))
  return [
    { path: git, access: 'write' },
    // A link would show what it leads to; as git finds it anyway, it stays what it is.
    ...fixed.filter((_path, at) => sound[at]).map((path) => ({ path, access: 'read' as const })),
  ]
}

const WORKTREE = /^gitdir: (\/.+\/worktrees\/[^/\n]+)\n?$/

/** The repository of a worktree's `.git` file. The file is the agent's to write, so the repository must name it in turn. */
async function sharedBy(own: string): Promise<string | null> {
  const [, mine] = WORKTREE.exec(await readFile(own, 'utf8').catch(() => '')) ?? []
  if (mine === undefined) return null
  const named = await readFile(join(mine, 'gitdir'), 'utf8').catch(() => '')
  const isSound = named.trim() === own && (await realpath(mine).catch(() => '')) === mine
  return isSound ? dirname(dirname(mine)) : null
}
