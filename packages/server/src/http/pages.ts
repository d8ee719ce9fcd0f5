// The dashboard's files, read once, as somebody first opens it: what is served then is what was there, and no path of a caller touches
// the disk. A start has no time for 300 files, and a daemon that nobody looks at no memory.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
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
export function loadPages(folder: string): (request: PageRequest) => Promise<Response | null> {
  let pages: Promise<ReadonlyMap<string, Page>> | null = null
  return async ({ path, encodings, known }) => {
    if (pages === null && existsSync(join(folder, 'index.html'))) {
      pages = readPages(folder)
      pages.catch(() => (pages = null)) // the next one tries again
    }
    if (pages === null) {
      if (extname(path) !== '') return null
      return new Response(NOT_BUILT, { status: 404, headers: { 'Content-Type': TYPES['.txt'] ?? '' } })
    }
    const read = await pages
    const page = read.get(path) ?? (extname(path) === '' ? read.get('/index.html') : undefined)
    return page === undefined ? null : pageResponse(page, { encodings, known })
  }
}

async function pageResponse(
  page: Page,
  asked: { encodings: string; known: string | undefined },
): Promise<Response> {
  const headers = { ETag: page.etag, 'Cache-Control': page.cache, Vary: 'Accept-Encoding' }
  if (asked.known?.includes(page.etag)) return new Response(null, { status: 304, headers })
  const accepted = new Set(asked.encodings.split(',').map((one) => one.split(';', 1)[0]?.trim()))
  const encoding = ENCODINGS.map(([name]) => name).find((name) => accepted.has(name) && page.bodies.has(name))
  const body = encoding === undefined ? await plainBody(page) : page.bodies.get(encoding)
  const all = new Headers({ ...headers, 'Content-Type': page.type })
  if (encoding !== undefined) all.set('Content-Encoding', encoding)
  return new Response(body ?? null, { headers: all })
}

/** Every browser takes it packed, so only that is kept. */
async function plainBody({ bodies }: Page): Promise<NonSharedBuffer | undefined> {
  const packed = bodies.get('gzip')
  return packed === undefined ? bodies.get('') : promisify(gunzip)(packed)
}

async function readPages(folder: string): Promise<ReadonlyMap<string, Page>> {
  const names = await readdir(folder, { recursive: true, encoding: 'utf8' })
  const pages = names.flatMap((name) => {
    const type = TYPES[extname(name)]
    const path = `/${name.split(sep).join('/')}`
    return type === undefined ? [] : [readPage(join(folder, name), { type, path })]
  })
  return new Map(await Promise.all(pages))
}

async function readPage(
  file: string,
  { type, path }: { type: string; path: string },
): Promise<[string, Page]> {
  const body = await readFile(file)
  const bodies = new Map<string, NonSharedBuffer>()
  for (const [encoding, suffix] of ENCODINGS) {
    if (existsSync(file + suffix)) bodies.set(encoding, await readFile(file + suffix))
  }
  if (!bodies.has('gzip')) bodies.set('', body)
  const page: Page = {
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    // The bundler names what is under assets/ by its content.
    cache: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    bodies,
  }
  return [path, page]
}
