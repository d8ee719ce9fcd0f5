// The passkey dance: options from the server, the browser's dialog, the answer back. Its library is loaded when used.
import type { Me } from '@tutti/core'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import { api } from '../data/api.ts'

export async function passkeyLogin(): Promise<Me> {
  const [{ startAuthentication }, options] = await Promise.all([
    import('@simplewebauthn/browser'),
    api.beginPasskeyLogin({}),
  ])
  // The one cast: WebAuthn's own JSON, made by the server's half of the same library.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const response = await startAuthentication({ optionsJSON })
  return api.finishPasskeyLogin({ response: { ...response } })
}
