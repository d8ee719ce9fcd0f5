// Lets the dashboard be installed and open while the daemon is away. Not in development, where files change.

/** After the page is usable, so that it never delays the first paint. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  window.addEventListener('load', () => void register(), { once: true })
}

async function register(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(trusted('/service-worker.js'))
    await navigator.serviceWorker.ready
    // Shown while the daemon is away; a page that is logged in has not needed it yet.
    await import('./login/door.tsx')
    registration.active?.postMessage({ keep: await allFiles() })
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

/** Every file of this build, in the list that it was built with. */
async function allFiles(): Promise<unknown> {
  const answer = await fetch('/files.json')
  return answer.json()
}
