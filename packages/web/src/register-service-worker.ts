// Lets the dashboard be installed and open while the daemon is away. Not in development, where files change.

/** After the page is usable, so that it never delays the first paint. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  window.addEventListener('load', () => void register(), { once: true })
}

async function register(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register('/service-worker.js')
    await navigator.serviceWorker.ready
    registration.active?.postMessage({ keep: shellFiles() })
  } catch {
    // Not offered here, such as in a private window: the dashboard works the same, only not offline.
  }
}

const shellFiles = (): string[] =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter((url) => url.origin === location.origin && url.pathname.startsWith('/assets/'))
    .map(({ pathname }) => pathname)
