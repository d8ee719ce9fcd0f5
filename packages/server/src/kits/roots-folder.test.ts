// Whether nobody but root could have put a file somewhere.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRootsFolder } from './roots-folder.ts'

test('the root of the machine is such a place, and a folder in which others may write is none, nor what lies below it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-roots-'))
  try {
    expect(isRootsFolder('/')).toBe(true)
    expect(isRootsFolder(tmpdir())).toBe(false)
    expect(isRootsFolder(folder)).toBe(false)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.runIf(process.getuid?.() === 0 && homedir() === '/root')(
  'a folder of root is one until somebody else may write there',
  () => {
    const folder = mkdtempSync('/root/tutti-roots-')
    try {
      expect(isRootsFolder(folder)).toBe(true)
      chmodSync(folder, 0o770)
      expect(isRootsFolder(folder)).toBe(false)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
