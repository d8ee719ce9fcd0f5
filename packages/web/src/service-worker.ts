// Keeps the shell of the dashboard for when the daemon is away. It never sees an API answer.
/// <reference lib="webworker" />

// The one cast: a service worker's global scope, which the shared type library calls a window.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const worker = globalThis as unknown as ServiceWorkerGlobalScope
const SHELL = 'tutti-shell-1'
const FILES = new Set(__TUTTI_FILES__)

worker.addEventListener('install', (event) => {
  event.waitUntil(install())
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(activate())
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin || url.pathname.startsWith('/v1/'))
    return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request))
})

/** Each build has a worker of its own, so a new build is kept whole before it takes over. */
async function install(): Promise<void> {
  const cache = await caches.open(SHELL)
  await cache.addAll(['/', '/icon.svg', '/manifest.webmanifest'])
  const missing: string[] = []
  for (const file of FILES) if (!(await cache.match(file))) missing.push(file)
  // What the page has loaded comes out of the browser's own cache.
  await cache.addAll(missing)
  await worker.skipWaiting()
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))
  await dropOldFiles()
  await worker.clients.claim()
}

/** The newest page from the daemon; the kept one while it is away. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL)
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put('/', answer.clone())
    return answer
  } catch (error) {
    const kept = await cache.match('/')
    if (kept) return kept
    throw error
  }
}

/** Hashed files never change: the kept one is always right. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

/** Lets go of what an older build had. */
async function dropOldFiles(): Promise<void> {
  const cache = await caches.open(SHELL)
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url)
    if (pathname.startsWith('/assets/') && !FILES.has(pathname)) await cache.delete(url)
  }
}
