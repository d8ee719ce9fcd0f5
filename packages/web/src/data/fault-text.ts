// Turns whatever went wrong into the sentence to show.
import { isClientFault } from '@tutti/client'
import { t } from '../words/words.ts'

/** The server's own sentence where there is one. */
export function faultText(error: unknown): string {
  if (isClientFault(error) && error.code === 'network.unreachable')
    return t('error.offline', { host: location.host })
  if (isClientFault(error)) return error.message
  return t('error.unknown', { message: error instanceof Error ? error.message : String(error) })
}

export const faultCode = (error: unknown): string | null => (isClientFault(error) ? error.code : null)
