// Lets the dashboard be installed and open while the daemon is away. Not in development, where files change.

// The page is usable by then, on a slow machine too: keeping files must not take its first second.
const AFTER_MS = 2000

export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  window.addEventListener('load', () => setTimeout(() => void register(), AFTER_MS), { once: true })
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register(trusted('/service-worker.js'))
  } catch {
    // Not offered here, such as in a private window: the dashboard works the same, only not offline.
  }
}

/** Where the content policy asks for trusted types, an address of a script has to be vouched for: this is the only one. */
function trusted(address: '/service-worker.js'): string {
  const factory = trustedTypesOf(globalThis)
  return factory
    ? factory.createPolicy('tutti', { createScriptURL: (url) => url }).createScriptURL(address)
    : address
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

// The type library does not know trusted types yet, so they are looked up by name.
function trustedTypesOf(scope: object): TrustedTypes | null {
  const found: unknown = Reflect.get(scope, 'trustedTypes')
  return isTrustedTypes(found) ? found : null
}

const isTrustedTypes = (value: unknown): value is TrustedTypes =>
  typeof value === 'object' && value !== null && 'createPolicy' in value
