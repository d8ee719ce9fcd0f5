// The dashboard's files as they are served: packed where a caller takes it, plain where not, and never anything beside them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { loadPages } from './pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutti-pages-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SCRIPT = 'export const words = "größe"'
const ask = (path: string, more: { encodings?: string; known?: string } = {}) => ({
  method: 'GET',
  path,
  encodings: more.encodings ?? '',
  known: more.known,
})

function build(): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<p>page</p>')
  writeFileSync(join(folder, 'assets/a.js'), SCRIPT)
  writeFileSync(join(folder, 'assets/a.js.gz'), gzipSync(SCRIPT))
}

test('without a build the page says what to do, and is there as soon as it is built', async () => {
  const pages = loadPages(folder)

  expect((await pages(ask('/')))?.status).toBe(404)
  build()

  expect(await (await pages(ask('/agents')))?.text()).toBe('<p>page</p>')
})

test('who takes nothing packed gets the plain file, which is the same under the same tag', async () => {
  build()
  const pages = loadPages(folder)

  const packed = await pages(ask('/assets/a.js', { encodings: 'br, gzip;q=0.5' }))
  const plain = await pages(ask('/assets/a.js'))

  expect(packed?.headers.get('content-encoding')).toBe('gzip')
  expect(plain?.headers.get('content-encoding')).toBeNull()
  expect(await plain?.text()).toBe(SCRIPT)
  expect(plain?.headers.get('etag')).toBe(packed?.headers.get('etag'))
  const known = plain?.headers.get('etag') ?? ''
  expect((await pages(ask('/assets/a.js', { known })))?.status).toBe(304)
})

test('what was there when the page was opened is served, also when the files have gone since', async () => {
  build()
  const pages = loadPages(folder)
  await pages(ask('/'))

  rmSync(join(folder, 'assets/a.js.gz'))
  rmSync(join(folder, 'assets/a.js'))
  writeFileSync(join(folder, 'assets/b.js'), 'later')

  expect(await (await pages(ask('/assets/a.js')))?.text()).toBe(SCRIPT)
  expect(await pages(ask('/assets/b.js'))).toBeNull()
  expect(await pages(ask('/../pages.ts'))).toBeNull()
})
