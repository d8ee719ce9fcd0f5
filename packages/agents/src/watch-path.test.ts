// Watching a path through all that can happen to it, on a real disk.
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchPath } from './watch-path.ts'

let folder: string
let stop: () => void = () => {}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-watch-'))
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true })
})

test('a file two folders deep is seen when it comes, grows, is replaced, goes and comes again', async () => {
  const path = join(folder, 'a', 'b', 'file')
  const changed = vi.fn()
  const told = async (what: () => void) => {
    changed.mockClear()
    what()
    await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 30_000, interval: 5 })
  }
  await told(() => {
    stop = watchPath(path, changed)
  })

  await told(() => mkdirSync(join(folder, 'a', 'b'), { recursive: true }))
  await told(() => writeFileSync(path, 'one'))
  await told(() => appendFileSync(path, 'two'))
  writeFileSync(`${path}.next`, 'three')
  await told(() => renameSync(`${path}.next`, path))
  await told(() => appendFileSync(path, 'four'))
  await told(() => rmSync(path))
  await told(() => writeFileSync(path, 'five'))
  await told(() => appendFileSync(path, 'six'))
})

test('a folder tells of the files in it', async () => {
  const changed = vi.fn()
  stop = watchPath(folder, changed)
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1))

  writeFileSync(join(folder, 'new'), '')

  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2))
})
