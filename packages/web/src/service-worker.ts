// Keeps the shell of the dashboard for when the daemon is away. It never sees an API answer.
/// <reference lib="webworker" />
import { pushWords } from './words/en/push.ts'

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

worker.addEventListener('push', (event) => {
  const message = messageIn(event.data)
  if (message) event.waitUntil(notify(message))
})

worker.addEventListener('notificationclick', (event) => {
  const { notification, action } = event
  notification.close()
  const message = asMessage(notification.data)
  if (!message) return
  event.waitUntil(action === '' ? open(message) : answer(message, action))
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

/** What the daemon sends: what is asked, and the answers that one press can give. */
interface PushMessage {
  id: string
  version: number
  agentId: string
  agent: string
  kind: 'approval' | 'question' | 'failure' | 'finished'
  title: string
  choices: { key: string; label: string }[]
}

const KINDS: ReadonlySet<string> = new Set(['approval', 'question', 'failure', 'finished'])

function messageIn(data: PushMessageData | null): PushMessage | null {
  try {
    return asMessage(data?.json())
  } catch {
    return null // not ours, so there is nothing to show
  }
}

function asMessage(value: unknown): PushMessage | null {
  const known =
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    'agent' in value &&
    'choices' in value &&
    Array.isArray(value.choices) &&
    'kind' in value &&
    KINDS.has(String(value.kind))
  // The one cast of a message: it was sealed for this browser by its own daemon.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return known ? (value as PushMessage) : null
}

const sentence = (text: string, agent: string): string => text.replace('{agent}', agent)

/** Its answers are buttons where the browser has any; the newest of one request replaces the one before. */
function notify(message: PushMessage): Promise<void> {
  const actions = message.choices.map(({ key, label }) => ({ action: key, title: label }))
  // The type library knows them for workers only, and calls this file a window.
  const shown: NotificationOptions & { actions: typeof actions } = {
    actions,
    body: message.title,
    tag: message.id,
    icon: '/icon-192.png',
    data: message,
    requireInteraction: true,
  }
  return worker.registration.showNotification(sentence(pushWords[message.kind], message.agent), shown)
}

/** Gives the answer; what the daemon refuses is said by another notification, for nothing else is there to say it. */
async function answer(message: PushMessage, key: string): Promise<void> {
  const problem = await refusal(message, key)
  if (problem === null) return
  await worker.registration.showNotification(sentence(pushWords.stale, message.agent), {
    body: problem,
    tag: message.id,
    icon: '/icon-192.png',
    data: { ...message, choices: [] },
  })
}

async function refusal({ id, version }: PushMessage, key: string): Promise<string | null> {
  try {
    const reply = await fetch(`/v1/attention/${encodeURIComponent(id)}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Tutti': '1' },
      body: JSON.stringify({ version, answer: { kind: 'choose', choices: [[key]] } }),
    })
    return reply.ok ? null : sentenceOf(await reply.json())
  } catch {
    return pushWords.offline
  }
}

function sentenceOf(body: unknown): string {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  const said = typeof error === 'object' && error !== null && 'message' in error ? error.message : ''
  return typeof said === 'string' ? said : ''
}

/** The page that is open goes there; without one, one is opened. */
async function open({ agentId }: PushMessage): Promise<void> {
  const place = `/agents/${encodeURIComponent(agentId)}`
  const [page] = await worker.clients.matchAll({ type: 'window' })
  const shown = page ? await page.navigate(place).catch(() => null) : null
  if (shown) await shown.focus()
  else await worker.clients.openWindow(place)
}
