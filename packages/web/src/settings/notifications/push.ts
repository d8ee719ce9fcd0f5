// This browser as one that is notified: whether it is, and how it begins and ends.
import { api } from '../../data/api.ts'

export type PushState = 'unsupported' | 'denied' | 'off' | 'on'

const KEPT = 'tutti.push' // the id under which the daemon knows this browser

export async function pushState(): Promise<PushState> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return 'unsupported'
  const registration = await navigator.serviceWorker.getRegistration()
  if (!registration) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await registration.pushManager.getSubscription()) ? 'on' : 'off'
}

/** Asks for permission, subscribes and tells the daemon. Rejects where the browser does not. */
export async function startPush(): Promise<void> {
  const registration = await navigator.serviceWorker.ready
  const { key } = await api.getPushKey({})
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  })
  const { endpoint, keys } = subscription.toJSON()
  try {
    const { id } = await api.subscribePush({
      endpoint: endpoint ?? '',
      keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' },
    })
    localStorage.setItem(KEPT, id)
  } catch (error) {
    // Nobody would ever send to it.
    await subscription.unsubscribe()
    throw error
  }
}

export async function stopPush(): Promise<void> {
  const registration = await navigator.serviceWorker.ready
  await (await registration.pushManager.getSubscription())?.unsubscribe()
  const id = localStorage.getItem(KEPT)
  localStorage.removeItem(KEPT)
  if (isPushId(id)) await api.unsubscribePush({ id })
}

const isPushId = (id: string | null): id is `psh_${string}` => id?.startsWith('psh_') ?? false
