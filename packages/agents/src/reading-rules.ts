// Rules that read a state off a title or a screen: data with the versions they hold for, believed only where nothing better speaks.
import type { Evidence, State } from '@tutti/core'
import { clipped } from './foreign.ts'
import { isWithin } from './version.ts'

export interface RuleBook {
  readonly source: 'title' | 'screen'
  /** The versions for which somebody has looked. Beyond them the rules say `unknown`. */
  readonly holds: { readonly from: string; readonly to: string }
  /** The first that fits counts. */
  readonly rules: readonly Rule[]
}

export interface Rule {
  readonly fits: RegExp
  readonly state: State
  /** What it means, as a sentence. */
  readonly says: string
}

export interface Reading {
  version: string | null
  text: string
  /** When it was read, ms UTC. */
  at: number
}

/** What a title or a screen says; `unknown` where no rule fits or none holds for the version. */
export function readBy(book: RuleBook, { version, text, at }: Reading): Evidence {
  const rule = isWithin(version, book.holds) ? book.rules.find(({ fits }) => fits.test(text)) : undefined
  const seen = book.source === 'title' ? ` The title is "${clipped(visible(text).trim(), 200)}".` : ''
  const why = rule
    ? `${rule.says}${seen}`
    : `No rule of this version knows what the ${book.source} says.${seen}`
  return { source: book.source, state: rule?.state ?? 'unknown', why, at }
}

/** Control characters as signs that do nothing: a title is foreign text. */
export const visible = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, '\uFFFD')
