// Working copies as bundles, with real git: what arrives is what was there, and nothing that came along is run.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleTo, isWorkingCopy, unbundle } from './working-copy.ts'

let base: string
const deps = { env: process.env }
const git = (cwd: string, ...argv: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], {
    cwd,
    encoding: 'utf8',
  }).trim()

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'tutti-copy-'))
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

test('branches, uncommitted and new files arrive, ignored ones stay, and the source is as it was', async () => {
  const from = join(base, 'from')
  mkdirSync(from)
  git(from, 'init', '-q', '-b', 'work')
  writeFileSync(join(from, 'a.txt'), 'one\n')
  writeFileSync(join(from, '.gitignore'), 'secret\n')
  git(from, 'add', '.')
  git(from, 'commit', '-qm', 'one')
  git(from, 'branch', 'other')
  git(from, 'remote', 'add', 'origin', 'https://example.org/team/shop.git')
  git(from, 'remote', 'add', 'evil', 'ext::sh -c touch% /tmp/evil')
  writeFileSync(join(from, 'a.txt'), 'two\n')
  writeFileSync(join(from, 'new.txt'), 'new\n')
  writeFileSync(join(from, 'secret'), 'x')
  const before = git(from, 'status', '--porcelain')
  const copy = await bundleTo(deps, from, join(base, 'work.bundle'))
  expect(git(from, 'status', '--porcelain')).toBe(before)
  expect(copy).toEqual({
    branch: 'work',
    remotes: [{ name: 'origin', url: 'https://example.org/team/shop.git' }],
  })

  const to = join(base, 'to')
  await unbundle(deps, join(base, 'work.bundle'), { folder: to, copy })

  expect(await isWorkingCopy(to)).toBe(true)
  expect(git(to, 'status', '--porcelain')).toBe(before)
  expect(git(to, 'branch', '--format=%(refname:short)')).toBe('other\nwork')
  expect(git(to, 'rev-parse', 'HEAD')).toBe(git(from, 'rev-parse', 'HEAD'))
  expect(readFileSync(join(to, 'a.txt'), 'utf8')).toBe('two\n')
  expect(existsSync(join(to, 'secret'))).toBe(false)
})

test('no hook, filter or monitor of a repository runs, and a link becomes a plain file', async () => {
  const from = join(base, 'trap')
  const mark = join(base, 'ran')
  const script = join(base, 'trap.sh')
  writeFileSync(script, `#!/bin/sh\ntouch ${mark}\ncat\n`)
  chmodSync(script, 0o755)
  mkdirSync(from)
  git(from, 'init', '-q', '-b', 'main')
  writeFileSync(join(from, '.gitattributes'), '*.txt filter=trap\n')
  writeFileSync(join(from, 'a.txt'), 'text\n')
  symlinkSync('/etc/passwd', join(from, 'link'))
  git(from, 'add', '.')
  git(from, 'commit', '-qm', 'one')
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-commit']) {
    writeFileSync(join(from, '.git', 'hooks', hook), readFileSync(script))
    chmodSync(join(from, '.git', 'hooks', hook), 0o755)
  }
  for (const name of [
    'filter.trap.clean',
    'filter.trap.smudge',
    'core.fsmonitor',
    'uploadpack.packObjectsHook',
  ])
    git(from, 'config', name, script)

  const copy = await bundleTo(deps, from, join(base, 'trap.bundle'))
  const to = join(base, 'trapped')
  await unbundle(deps, join(base, 'trap.bundle'), { folder: to, copy })

  expect(existsSync(mark)).toBe(false)
  expect(lstatSync(join(to, 'link')).isSymbolicLink()).toBe(false)
  expect(readFileSync(join(to, 'link'), 'utf8')).toBe('/etc/passwd')
  expect(existsSync(join(to, '.git', 'hooks'))).toBe(false)
})

test('a working copy without a commit arrives, and a bundle that is cut off leaves nothing', async () => {
  const from = join(base, 'young')
  mkdirSync(from)
  git(from, 'init', '-q', '-b', 'main')
  writeFileSync(join(from, 'first.txt'), 'first\n')
  const bundle = join(base, 'young.bundle')
  const copy = await bundleTo(deps, from, bundle)
  await unbundle(deps, bundle, { folder: join(base, 'grown'), copy })
  expect(git(join(base, 'grown'), 'status', '--porcelain')).toBe('?? first.txt')

  const bytes = readFileSync(bundle)
  writeFileSync(bundle, bytes.subarray(0, bytes.length - 30))
  await expect(unbundle(deps, bundle, { folder: join(base, 'cut'), copy })).rejects.toThrow('git fetch')
  expect(existsSync(join(base, 'cut'))).toBe(false)
})
