// The launcher works from a Node that is too old for Tutti, because it hands over to the pinned one.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const LAUNCHER = join(import.meta.dirname, '../../../bin/tutti.js')
const SYSTEM_NODE = '/usr/bin/node'

function systemNodeIsOld(): boolean {
  if (!existsSync(SYSTEM_NODE)) return false
  const version = execFileSync(SYSTEM_NODE, ['--version'], { encoding: 'utf8' })
  return Number(/^v(\d+)/.exec(version)?.[1]) < 22
}

test('runs the CLI with this Node, quietly', () => {
  const ran = spawnSync(process.execPath, [LAUNCHER, 'version', '--json'], { encoding: 'utf8' })
  expect(ran.stderr).toBe('')
  expect(JSON.parse(ran.stdout)).toMatchObject({ node: process.version })
})

test.runIf(systemNodeIsOld())('hands over to the pinned Node and keeps arguments and exit code', () => {
  const ran = spawnSync(SYSTEM_NODE, [LAUNCHER, 'agents', 'show', '--data', '/nowhere', 'a b'], {
    encoding: 'utf8',
  })
  expect(ran.stderr).toContain('Tutti does not run on this machine')
  expect(ran.status).toBe(3)
})

test.runIf(systemNodeIsOld())('says what to do where no newer Node is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-launcher-'))
  try {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    copyFileSync(LAUNCHER, join(folder, 'bin/tutti.js'))
    const ran = spawnSync(SYSTEM_NODE, [join(folder, 'bin/tutti.js'), 'up'], { encoding: 'utf8' })
    expect(ran.stderr).toMatch(/^tutti: Tutti needs Node 22\.18 or newer; this is \d+/)
    expect(ran.status).toBe(1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
