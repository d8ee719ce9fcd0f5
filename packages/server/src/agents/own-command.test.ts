// The command that agents find in their PATH.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { putOwnCommand } from './own-command.ts'

test('runs what it stands for with all words as they are, also after it was put there again', () => {
  const root = mkdtempSync(join(tmpdir(), "tutti-own 'command' "))
  const printf = ['/usr/bin/printf', "it's %s|"]
  const folder = putOwnCommand(join(root, 'bin'), printf)
  putOwnCommand(folder, printf)

  const printed = execFileSync(join(folder, 'tutti'), ['$HOME', 'a b']).toString()

  expect(printed).toBe("it's $HOME|it's a b|")
  rmSync(root, { recursive: true })
})
