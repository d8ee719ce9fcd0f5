// Where compiled code is kept: with the data, private, and only where a daemon has its folder.
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkModes } from './doctor/mode-check.ts'

const COMPILED = join(import.meta.dirname, 'compiled.ts')
const LATE = join(import.meta.dirname, 'queue.ts')

/** A process of its own, for code is kept for a whole process. */
function keep(folder: string, makes: boolean): void {
  const script = `
    const { keepCompiled } = await import(${JSON.stringify(COMPILED)})
    const save = keepCompiled(${JSON.stringify({ folder, makes })})
    await import(${JSON.stringify(LATE)})
    save()`
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { env })
}

test('C22 a daemon keeps its compiled code in the data folder, where nobody else can read or put any', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-compiled-'))
  keep(folder, true)

  const kept = readdirSync(join(folder, 'compiled'), { recursive: true, encoding: 'utf8' })
  expect(kept.some((name) => lstatSync(join(folder, 'compiled', name)).isFile())).toBe(true)
  expect(checkModes(folder)).toMatchObject({ ok: true })
  rmSync(folder, { recursive: true })
})

test('who only asks about a folder makes nothing in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-compiled-'))
  keep(join(folder, 'none'), false)

  expect(existsSync(join(folder, 'none'))).toBe(false)
  rmSync(folder, { recursive: true })
})
