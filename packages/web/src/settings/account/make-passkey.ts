// Makes a passkey with the browser's help; its library is loaded only for those who do.
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { api } from '../../data/api.ts'
import { isClientFault } from '@tutti/client'
import { t } from '../../words/words.ts'

/** Throws an Error with a sentence to show where the browser makes none. */
export async function makePasskey(label: string): Promise<void> {
  const options = await api.beginPasskey({})
  const { startRegistration } = await import('@simplewebauthn/browser')
  try {
    const response = await startRegistration({ optionsJSON: asOptions(options) })
    await api.finishPasskey({ label, response: { ...response } })
  } catch (error) {
    throw isClientFault(error) ? error : new PasskeyProblem(sentenceOf(error), error)
  }
}

/** The browser's own refusal, in our words. */
export class PasskeyProblem extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'PasskeyProblem'
  }
}

function sentenceOf(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError') return t('passkey.cancelled')
  if (name === 'InvalidStateError') return t('passkey.there-already')
  return t('passkey.failed', { problem: error instanceof Error ? error.message : String(error) })
}

// The one cast: the server's library made them, and the browser's library of the same family reads them.
const asOptions = (json: Record<string, unknown>) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  json as unknown as PublicKeyCredentialCreationOptionsJSON
