// Files on their way out: opened for a reader only.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileStream } from './file-stream.ts'

test('a file that nobody reads is never opened, so a HEAD leaves none open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-stream-'))
  const path = join(folder, 'late')
  const stream = fileStream(path)
  await new Promise((resolve) => setImmediate(resolve))

  writeFileSync(path, 'content')

  expect(await new Response(stream).text()).toBe('content')
  rmSync(folder, { recursive: true })
})
