// The dashboard's files, read once at the start: what is served is what was there, and no path of a caller touches the disk.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import type { PageRequest } from './app.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
}
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

interface Page {
  type: string
  etag: string
  cache: string
  /** By content encoding; '' is the file as it is. */
  bodies: Map<string, NonSharedBuffer>
}

const NOT_BUILT = 'The dashboard is not built. Run `npm run build`, then start Tutti again.\n'

/** Answers for the dashboard of that folder; null from the answer means that no such file exists. */
export function loadPages(folder: string): (request: PageRequest) => Response | null {
  const pages = existsSync(join(folder, 'index.html')) ? readPages(folder) : null
  return ({ path, encodings, known }) => {
    if (pages === null) {
      if (extname(path) !== '') return null
      return new Response(NOT_BUILT, { status: 404, headers: { 'Content-Type': TYPES['.txt'] ?? '' } })
    }
    const page = pages.get(path) ?? (extname(path) === '' ? pages.get('/index.html') : undefined)
    return page === undefined ? null : pageResponse(page, { encodings, known })
  }
}

function pageResponse(page: Page, asked: { encodings: string; known: string | undefined }): Response {
  const headers = { ETag: page.etag, 'Cache-Control': page.cache, Vary: 'Accept-Encoding' }
  if (asked.known?.includes(page.etag)) return new Response(null, { status: 304, headers })
  const accepted = new Set(asked.encodings.split(',').map((one) => one.split(';', 1)[0]?.trim()))
  const encoding = ENCODINGS.map(([name]) => name).find((name) => accepted.has(name) && page.bodies.has(name))
  const body = page.bodies.get(encoding ?? '')
  const all = new Headers({ ...headers, 'Content-Type': page.type })
  if (encoding !== undefined) all.set('Content-Encoding', encoding)
  return new Response(body ?? null, { headers: all })
}

function readPages(folder: string): Map<string, Page> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const pages = new Map<string, Page>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const path = `/${name.split(sep).join('/')}`
    pages.set(path, readPage(join(folder, name), { type, path }))
  }
  return pages
}

function readPage(file: string, { type, path }: { type: string; path: string }): Page {
  const body = readFileSync(file)
  const bodies = new Map([['', body]])
  for (const [encoding, suffix] of ENCODINGS) {
    if (existsSync(file + suffix)) bodies.set(encoding, readFileSync(file + suffix))
  }
  return {
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    // The bundler names what is under assets/ by its content.
    cache: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    bodies,
  }
}
