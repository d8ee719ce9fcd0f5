// A name for an adopted session: what it is called already, made to fit, and made unique.
import { AGENT_NAME_LENGTH } from '@tutti/core'

/** Always a valid agent name that is not taken. */
export function suggestedName(session: string, taken: ReadonlySet<string>): string {
  const plain = session
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
  const base = trimmed(plain.slice(0, AGENT_NAME_LENGTH)) || 'session'
  if (!taken.has(base)) return base
  for (let n = 2; ; n++) {
    const end = `-${n}`
    const name = trimmed(base.slice(0, AGENT_NAME_LENGTH - end.length)) + end
    if (!taken.has(name)) return name
  }
}

const trimmed = (text: string) => text.replaceAll(/^-+|-+$/g, '')
