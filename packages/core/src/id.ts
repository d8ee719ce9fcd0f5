// Ids say what they name by their prefix, sort by the time they were made, and are never reused.
import { z } from 'zod'

const PREFIXES = {
  agent: 'agt',
  user: 'usr',
  login: 'lgn',
  token: 'tok',
  passkey: 'pky',
  recording: 'rec',
  backup: 'bak',
  request: 'req',
  attention: 'att',
  rule: 'rul',
  prompt: 'prm',
  budget: 'bud',
  push: 'psh',
  mailbox: 'mbx',
  identity: 'idn',
  pairing: 'pai',
  archive: 'arc',
  card: 'crd',
} as const

export type IdKind = keyof typeof PREFIXES
export type Id<K extends IdKind> = `${(typeof PREFIXES)[K]}_${string}`
export type AgentId = Id<'agent'>
export type UserId = Id<'user'>
export type LoginId = Id<'login'>
export type TokenId = Id<'token'>
export type PasskeyId = Id<'passkey'>
export type RecordingId = Id<'recording'>
export type BackupId = Id<'backup'>
export type AttentionId = Id<'attention'>
export type RuleId = Id<'rule'>
export type PromptId = Id<'prompt'>
export type BudgetId = Id<'budget'>
export type PushId = Id<'push'>

/** Source of unguessable bytes; `crypto.getRandomValues` fits. */
export type RandomBytes = (length: number) => Uint8Array

// Crockford's base 32 without i, l, o and u: readable aloud, safe in file names and URLs.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_LENGTH = 9
const RANDOM_LENGTH = 13 // 65 bits: no collision within a millisecond in the life of a machine

/** The id schema of one kind: prefix, underscore, 9 characters of time in ms, 13 of chance. */
export const idSchema = <K extends IdKind>(kind: K) =>
  z.templateLiteral([`${PREFIXES[kind]}_` as const, z.string().regex(/^[0-9a-hjkmnp-tv-z]{22}$/)], {
    error: `expected an id like ${PREFIXES[kind]}_01j9z3k7q8f0a1b2c3d4e5`,
  })

/** Makes a new id of the kind from a time in ms and random bytes. */
export function newId<K extends IdKind>(kind: K, nowMs: number, random: RandomBytes): Id<K> {
  let chance = ''
  for (const byte of random(RANDOM_LENGTH)) chance += ALPHABET.charAt(byte % 32)
  return `${PREFIXES[kind]}_${encodeTime(nowMs)}${chance}` as const
}

function encodeTime(ms: number): string {
  let rest = Math.floor(ms)
  let text = ''
  for (let i = 0; i < TIME_LENGTH; i++) {
    text = (ALPHABET[rest % 32] ?? '0') + text
    rest = Math.floor(rest / 32)
  }
  return text
}
