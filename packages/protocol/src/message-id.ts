// Ids that every client can read and no path can be made of (rules I1-I4).
import { toHex } from './bytes.ts'
import { LIMITS } from './limits.ts'

const FOREIGN_MESSAGE = /^msg[_-][0-9]{1,20}[_-][a-zA-Z0-9]+$/
const FOREIGN_ATTACHMENT = /^att[_-][0-9]{1,20}[_-][a-zA-Z0-9]+$/

/** Whether a text is a message id of anybody's making: `msg_<unix seconds or ms>_<letters and digits>`, at most 64 characters (I1). */
export const isMessageId = (text: string): boolean =>
  text.length <= LIMITS.idChars && FOREIGN_MESSAGE.test(text)

/** Whether a text is an attachment id: `att_<unix>_<letters and digits>`, at most 64 characters (I3). */
export const isAttachmentId = (text: string): boolean =>
  text.length <= LIMITS.idChars && FOREIGN_ATTACHMENT.test(text)

/** A new message id: `msg_<13 digits of ms>_<32 lower-case hex>`, 50 characters, ordered by time (I2). `random` is 16 secret-grade bytes. */
export const newMessageId = (nowMs: number, random: Uint8Array): string => newId('msg', nowMs, random)

/** A new attachment id, made as newMessageId makes its own (I3). */
export const newAttachmentId = (nowMs: number, random: Uint8Array): string => newId('att', nowMs, random)

/** The time in an id in ms UTC; deployed senders write seconds or milliseconds, told apart by size (I4). Only a hint: nothing signs it. */
export function idTimeMs(id: string): number {
  const stamp = Number(/[0-9]+/.exec(id)?.[0] ?? '0')
  // 10^11 seconds is the year 5138, 10^11 ms is 1973.
  return stamp < 1e11 ? stamp * 1000 : stamp
}

function newId(kind: 'msg' | 'att', nowMs: number, random: Uint8Array): string {
  if (random.length !== 16) throw new TypeError('an id takes 16 random bytes')
  return `${kind}_${String(Math.trunc(nowMs)).padStart(13, '0')}_${toHex(random)}`
}
