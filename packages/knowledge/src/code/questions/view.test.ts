// What the view reads beside the map: differences as git writes them, and coverage as test runners do.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { unpackNumbers } from '@tutti/core'
import { afterEach, expect, test } from 'vitest'
import { openCodeMap } from '../code-map.ts'
import { createGit } from '../git.ts'
import { typescript } from '../typescript/extractor.ts'
import { parseLcov, sharePlusOne } from './coverage.ts'
import { overlayOf, parseOverlay } from './overlay.ts'
import { pictureOf } from './picture.ts'

let root = ''
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('what differs is told by file and line, against the last commit and against where a branch was left', () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-overlay-')))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  writeFileSync(join(root, 'kept.ts'), 'export const a = 1\nexport const b = 2\n')
  writeFileSync(join(root, 'gone.ts'), 'export const c = 1\n')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  git('checkout', '-q', '-b', 'side')
  writeFileSync(join(root, 'side "quoted" é.ts'), '--- a\n+++ b\n')
  git('add', '.')
  git('commit', '-q', '-m', 'two')
  writeFileSync(join(root, 'kept.ts'), 'export const a = 1\nexport const b = 3\nexport const d = 4\n')
  rmSync(join(root, 'gone.ts'))
  writeFileSync(join(root, 'new.ts'), 'export const e = 5\n')
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()

  const told = (revision?: string) =>
    overlayOf(map, createGit(root), revision).files.map((one) => [
      one.path,
      one.state,
      one.added,
      one.removed,
      one.ranges,
    ])

  const uncommitted = [
    ['gone.ts', 'removed', 0, 1, []],
    ['kept.ts', 'changed', 2, 1, [[2, 3]]],
    ['new.ts', 'added', 1, 0, [[1, 1]]],
  ]
  expect(told()).toEqual(uncommitted)
  expect(told('main')).toEqual([
    ...uncommitted.slice(0, 2),
    ['side "quoted" é.ts', 'added', 2, 0, [[1, 2]]],
    ...uncommitted.slice(2),
  ])
  expect(overlayOf(map, createGit(root), '--output=/tmp/x').base).toBe('')
  map.close()
})

test('no text makes the reader of differences throw', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('--- a/x', '+++ b/x', '+++ "b/\\303"', '@@ -1 +1,9 @@', '+x'),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(parseOverlay(lines.join('\n')).every((one) => one.added >= 0)).toBe(true)
    }),
  )
})

test('coverage is the share of lines that could run and did, per symbol, over all runs', () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-lcov-')))
  writeFileSync(
    join(root, 'a.ts'),
    'export function ran() {\n  return 1\n}\nexport function idle() {\n  return 2\n}\n',
  )
  mkdirSync(join(root, 'coverage'))
  const lcov = `SF:${root}/a.ts\nDA:2,0\nDA:5,0\nend_of_record\nSF:a.ts\nDA:2,7\nend_of_record\n`
  writeFileSync(join(root, 'coverage/lcov.info'), lcov)
  const covered = parseLcov(lcov, root).get('a.ts')
  expect([sharePlusOne(covered, 1, 3), sharePlusOne(covered, 4, 6), sharePlusOne(covered, 1, 6)]).toEqual([
    101, 1, 51,
  ])
  expect(sharePlusOne(covered, 3, 4)).toBe(0)

  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()
  const picture = pictureOf(map, createGit(root))
  expect([...unpackNumbers(picture.nodes.covered)]).toEqual([51, 101, 1])
  expect(pictureOf(map, createGit(root))).toBe(picture)
  map.close()
})
