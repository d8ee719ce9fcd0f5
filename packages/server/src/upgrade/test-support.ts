// A release for tests: a script in the place of a daemon, which keeps the words of one and shows what it was asked to do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Release } from '@tutti/core'
import { afterAll } from 'vitest'
import { identityOf, type Identity } from '../mesh/identity.ts'
import { packRelease } from './packing.ts'

/** `silent`: never ready, it ends; `ill`: its health is not good; `broken`: does not even start for its check. */
export type Nature = 'good' | 'silent' | 'ill' | 'broken'

// It writes to the database as soon as it is tried, as a migration would, so that a return shows.
const SCRIPT = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const nature = readFileSync(join(root, 'bin/tutti.js'), 'utf8').trim()
const data = process.env.TUTTI_DATA
const say = (text) => appendFileSync(join(data, 'said'), text + '\\n')
const [command] = process.argv.slice(2)
if (command === 'check') {
  if (nature === 'broken') { console.error(JSON.stringify({ error: { message: 'a part is missing' } })); process.exit(1) }
  console.log(JSON.stringify({ version }))
} else if (command === 'run') say('run ' + version)
else if (command === 'trial') {
  say('trial ' + version)
  writeFileSync(join(data, 'tutti.db'), 'of ' + version)
  writeFileSync(join(data, 'tutti.db-wal'), 'new')
  if (nature === 'silent') process.exit(3)
  const server = createServer((_, answer) => answer.end(JSON.stringify({ ok: nature !== 'ill', version })))
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    const seen = { ranBefore: 2, running: 2, linkedBefore: 2, reached: 1 }
    process.send({ ready: { version, host: '127.0.0.1', port, name: 'localhost', isTls: false, ...seen } })
  })
  process.on('message', () => { say('open ' + version); process.send({ open: true }); process.exit(0) })
  process.on('disconnect', () => process.exit(1))
}
`

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** Gone when the file's tests have finished. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-upgrade-'))
  made.push(folder)
  return folder
}

/** An installation that `packRelease` packs, or that the former version runs from. */
export function anInstallation(root: string, version: string, nature: Nature = 'good'): string {
  const files = {
    'package.json': JSON.stringify({ name: 'tutti', version, type: 'module' }),
    'bin/tutti.js': nature,
    'dist/release/daemon.js': SCRIPT,
    'dist/release/web/index.html': '<!doctype html>',
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return join(root, 'dist/release/daemon.js')
}

export const aSigner = (byte = 7): Identity => identityOf(new Uint8Array(32).fill(byte))

/** The file of a release of such a program. */
export async function aRelease(
  folder: string,
  {
    version = '0.2.0',
    nature = 'good',
    signer = aSigner(),
  }: { version?: string; nature?: Nature; signer?: Identity } = {},
): Promise<{ path: string; release: Release }> {
  const root = join(folder, `built-${version}-${nature}`)
  anInstallation(root, version, nature)
  const path = join(folder, `${version}-${nature}.release`)
  return { path, release: await packRelease({ root, to: path, now: 1, self: signer }) }
}
