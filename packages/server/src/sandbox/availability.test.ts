// What is said where nothing can be sandboxed.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSandbox, createAvailability } from './availability.ts'

test('without bubblewrap it says what to install, and asks again the next time', async () => {
  const asked: string[] = []
  const find = (program: string) => {
    asked.push(program)
    return Promise.resolve(null)
  }
  const availability = createAvailability({ find, platform: 'linux' })

  expect(await availability()).toMatchObject({
    problem: 'bwrap is not installed',
    advice: expect.stringContaining('apt-get install bubblewrap'),
  })
  await availability()
  expect(asked).toEqual(['bwrap', 'bwrap'])
  expect(await createAvailability({ find, platform: 'darwin' })()).toMatchObject({
    problem: expect.stringContaining('Linux only'),
  })
})

test('a bubblewrap that may make no namespaces is none, with its own words and what to allow', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-bwrap-'))
  const bwrap = join(folder, 'bwrap')
  writeFileSync(bwrap, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n')
  chmodSync(bwrap, 0o755)

  const found = await createAvailability({ find: () => Promise.resolve(bwrap), platform: 'linux' })()

  expect(found).toMatchObject({
    problem: 'bwrap: No permissions to create new namespace',
    advice: expect.stringContaining('max_user_namespaces'),
  })
  rmSync(folder, { recursive: true })
})

test('a machine without it is sound as long as nobody asks for a sandbox', async () => {
  const without = () => Promise.resolve({ problem: 'bwrap is not installed', advice: 'Install it.' })

  expect(await checkSandbox(without, false)).toMatchObject({ ok: true, advice: 'Install it.' })
  expect(await checkSandbox(without, true)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('not installed'),
  })
  expect(await checkSandbox(() => Promise.resolve({ bwrap: '/usr/bin/bwrap' }), true)).toMatchObject({
    ok: true,
  })
})
