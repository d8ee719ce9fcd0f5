// A link that an agent laid shows it nothing at its next start; what a person has linked stays.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withoutLinks } from './link-guard.ts'
import { repositoryPlaces } from './repository-places.ts'
import type { SandboxPlace } from './wrap.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tutti-links-'))
  mkdirSync(join(home, '.ssh'))
})
afterEach(() => rmSync(home, { recursive: true }))

test('C21 a place in what the agent can write is left out where a link leads away from it', async () => {
  const state = join(home, '.claude')
  const run = join(home, 'run')
  mkdirSync(state)
  mkdirSync(run)
  mkdirSync(join(state, 'skills'))
  symlinkSync(join(home, '.ssh'), join(state, 'agents'))
  symlinkSync(join(home, '.ssh'), join(run, 'sessions'))
  const places: SandboxPlace[] = [
    { path: state, access: 'write' },
    { path: join(state, 'skills'), access: 'read' },
    { path: join(state, 'agents'), access: 'read' },
    { path: join(state, 'missing'), access: 'read' },
    { path: join(state, 'sessions'), from: join(run, 'sessions'), access: 'write' },
  ]
  const left: string[] = []

  const kept = await withoutLinks(places, {
    others: [{ path: run, access: 'write' }],
    left: (path) => left.push(path),
  })

  expect(left).toEqual([join(state, 'agents'), join(state, 'sessions')])
  expect(kept).toHaveLength(3)
})

test("a person's own link from the home folder is followed", async () => {
  mkdirSync(join(home, 'dotfiles', 'claude', 'skills'), { recursive: true })
  symlinkSync(join(home, 'dotfiles', 'claude'), join(home, '.claude'))
  const places: SandboxPlace[] = [
    { path: join(home, '.claude'), access: 'write' },
    { path: join(home, '.claude', 'skills'), access: 'read' },
  ]

  expect(await withoutLinks(places, { others: [], left: () => undefined })).toEqual(places)
})

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd, stdio: 'ignore' })

test('C21 what git would run for everybody is read-only, in a folder and in a worktree', async () => {
  const [main, tree] = [join(home, 'main'), join(home, 'tree')]
  mkdirSync(main)
  git(main, 'init')
  git(main, 'commit', '--allow-empty', '-m', 'x')
  git(main, 'worktree', 'add', tree)
  const shared: SandboxPlace[] = [
    { path: join(main, '.git'), access: 'write' },
    { path: join(main, '.git', 'config'), access: 'read' },
    { path: join(main, '.git', 'hooks'), access: 'read' },
  ]

  expect(await repositoryPlaces(main)).toEqual(shared)
  expect(await repositoryPlaces(tree)).toEqual([{ path: join(tree, '.git'), access: 'read' }, ...shared])
  expect(await repositoryPlaces(join(home, '.ssh'))).toEqual([])
})

test('C21 a worktree that no repository knows leads nowhere', async () => {
  const folder = join(home, 'shop')
  const victim = join(home, '.ssh', 'worktrees', 'x')
  mkdirSync(folder)
  mkdirSync(victim, { recursive: true })
  for (const text of [
    `gitdir: ${victim}`,
    `gitdir: ${join(home, '.ssh')}`,
    'gitdir: ../.ssh/worktrees/x',
    '',
  ])
    expect(await places(folder, text)).toEqual([])
})

function places(folder: string, text: string): Promise<SandboxPlace[]> {
  writeFileSync(join(folder, '.git'), text)
  return repositoryPlaces(folder)
}
