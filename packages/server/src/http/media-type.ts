// Bodies are JSON and say so: a form of another site cannot, without asking first.
import { fault, type Fault } from '@tutti/core'

export interface BodyFacts {
  method: string
  type: string | undefined
  encoding: string | undefined
  length: string | undefined
  transfer: string | undefined
}

export const BODY_LIMIT_BYTES = 1024 * 1024

/** Whether the request announces a body. */
export const announcesBody = (facts: Pick<BodyFacts, 'length' | 'transfer'>): boolean =>
  facts.transfer !== undefined || (facts.length !== undefined && facts.length !== '0')

/** The refusal of a body by its announced type, or null. Whoever names a type or sends a body must send JSON. */
export function mediaTypeRefusal(facts: BodyFacts): Fault | null {
  if (facts.type === undefined && !announcesBody(facts)) return null
  if (facts.encoding !== undefined && facts.encoding !== 'identity') {
    return fault('input.media-type', { got: `Content-Encoding: ${facts.encoding}` })
  }
  if (facts.type !== undefined && isJson(facts.type)) return null
  return fault('input.media-type', { got: facts.type ?? 'none' })
}

/** The refusal of a body by its announced length, or null; a body without one is counted while it is read. */
export function lengthRefusal(
  length: string | undefined,
  limitBytes: number = BODY_LIMIT_BYTES,
): Fault | null {
  return length !== undefined && Number(length) > limitBytes ? tooLarge(limitBytes) : null
}

export const tooLarge = (limitBytes: number = BODY_LIMIT_BYTES): Fault =>
  fault('input.too-large', { limit: `${Math.round(limitBytes / 1024 / 1024)} MB` })

const isJson = (type: string): boolean =>
  /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type.trim())
