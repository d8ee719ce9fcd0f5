// The chain of the audit log: each row's mac covers the row and the mac before, so that nobody edits one row unseen.
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { AuditDraft } from './thread-message.ts'

/** A row as it is stored; `detail` is canonical JSON text. */
export interface AuditRow extends AuditDraft {
  seq: number
  at: number
  mac: string
}

/** A sealed place in the chain: the newest row, or the newest one that was pruned. */
export interface AuditMark {
  seq: number
  mac: string
  seal: string
}

/** The mac before the first row. */
export const GENESIS = 'genesis'

/** The bytes, or for many macs the key that was made of them once. */
export type AuditKey = Uint8Array | KeyObject

/** HMAC-SHA256 (base64url) over the JSON array of the mac before and every field, in this order. */
export const macOf = (key: AuditKey, before: string, row: Readonly<Record<string, unknown>>) =>
  mac(key, ['entry', before, ...FIELDS.map((name) => row[name])])

const FIELDS = ['seq', 'at', 'actor', 'act', 'subject', 'address', 'outcome', 'detail']

/** The seal of a mark: only who holds the key can say where the chain begins and ends. */
export const sealOf = (key: AuditKey, name: 'head' | 'base', mark: { seq: number; mac: string }) =>
  mac(key, [name, mark.seq, mark.mac])

/** Compares two macs in constant time. */
export function sameMac(a: unknown, b: string): boolean {
  if (typeof a !== 'string') return false
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** JSON with sorted keys: one text for one value. */
export function canonicalDetail(detail: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(Object.fromEntries(Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1))))
}

const mac = (key: AuditKey, parts: readonly unknown[]) =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
