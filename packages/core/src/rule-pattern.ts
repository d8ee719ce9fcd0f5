// What the star of a rule's pattern may stand for: plain words and plain text, and nothing that could do more than it says.
import { shellTokens, type ShellToken } from './shell-words.ts'

/** Why a star does not stand for what it would have to: the rule looks as if it fitted, and does not. */
export const HELD_REASONS = ['operator', 'option', 'assignment', 'expansion', 'folder', 'unreadable'] as const
export type HeldReason = (typeof HELD_REASONS)[number]

/** `held` is null where the text is not like the pattern at all. */
export type Fit = { fits: true } | { fits: false; held: HeldReason | null }

const FITS: Fit = { fits: true }
const held = (reason: HeldReason | null): Fit => ({ fits: false, held: reason })

/**
 * A command and a pattern are compared word by word, as a shell would split them. A `*` within a word stands for text in that
 * word, a `*` alone for one word, and at the end of a command for one or more. No star stands for an option, an assignment, an
 * operator, a redirection, or a word that the shell would expand: where those are meant, the pattern says so itself.
 */
export function commandFit(pattern: string, command: string): Fit {
  if (!pattern.includes('*')) return command === pattern ? FITS : held(null)
  if (!looksLike(pattern, command)) return held(null)
  const [wanted, given] = [shellTokens(pattern), shellTokens(command)]
  if (wanted === null || given === null || command !== command.trim()) return held('unreadable')
  if (climbs(command) && !climbs(pattern)) return held('folder')
  const reason = wordsHeld(wanted, given)
  return reason === null ? FITS : held(reason)
}

/** A path or an address: `*` stands for text that names something below, and is the same for a shell as it looks. */
export function pathFit(pattern: string, path: string): Fit {
  if (!pattern.includes('*')) return path === pattern ? FITS : held(null)
  if (!looksLike(pattern, path)) return held(null)
  if (climbs(path) && !climbs(pattern)) return held('folder')
  return starsIn(pattern, path)?.every((star) => PLAIN.test(star)) ? FITS : held('operator')
}

/** Whether the text is the pattern when a star may be anything: enough to refuse it, and never enough to allow it. */
export const looksLike = (pattern: string, text: string): boolean => starsIn(pattern, text) !== null

/** Whether a refusal speaks of the command, or of any of the commands that it is made of. */
export const refusalFits = (pattern: string, command: string): boolean =>
  looksLike(pattern, command) || partsOf(command).some((part) => looksLike(pattern, part))

// Read roughly: a quote does not hide a command here, so that more is refused rather than less.
const partsOf = (command: string): string[] =>
  command
    .split(/[;&|\n(){}`]/u)
    .map((part) => part.trim())
    .filter(Boolean)

// Nothing that ends a command, begins another, or hides what it is.
const PLAIN = /^[^;&|<>$(){}`'"\\\p{Cc}\u2028\u2029]*$/u
// `..` as a step of a path would lead out of the folder that the pattern names.
const CLIMB = /(?:^|[/\s=:'"])\.\.(?:$|[/\s'"])/
const climbs = (text: string): boolean => CLIMB.test(text)

/** What each star stands for, the shortest text first; null where the text is not like the pattern. */
function starsIn(pattern: string, text: string): string[] | null {
  const [head = '', ...parts] = pattern.split('*')
  if (parts.length === 0) return text === pattern ? [] : null
  if (!text.startsWith(head)) return null
  const stars: string[] = []
  let at = head.length
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    const found = isLast ? text.length - part.length : text.indexOf(part, at)
    if (found < at || !text.startsWith(part, found)) return null
    stars.push(text.slice(at, found))
    at = found + part.length
  }
  return stars
}

/** Null where each word fits; else the first reason against it. */
function wordsHeld(wanted: readonly ShellToken[], given: readonly ShellToken[]): HeldReason | null {
  let at = 0
  for (const [index, token] of wanted.entries()) {
    const isTail = token.raw === '*' && (wanted[index + 1]?.kind ?? 'operator') === 'operator'
    const end = isTail ? commandEnd(given, at) : at + 1
    const taken = given.slice(at, end)
    const reason =
      taken.length === 0
        ? 'operator'
        : taken.map((word) => tokenHeld(token, word)).find((one) => one !== null)
    if (reason) return reason
    at = end
  }
  return at === given.length ? null : restHeld(given.slice(at))
}

/** What comes after all that the pattern says. */
const restHeld = (rest: readonly ShellToken[]): HeldReason =>
  rest.some(({ kind }) => kind === 'operator') ? 'operator' : wordHeldBy(rest[0])

const wordHeldBy = (word: ShellToken | undefined): HeldReason =>
  (word?.kind === 'word' ? plainHeld(word) : null) ?? 'unreadable'

function commandEnd(given: readonly ShellToken[], from: number): number {
  const end = given.findIndex(({ kind }, index) => index >= from && kind === 'operator')
  return end === -1 ? given.length : end
}

function tokenHeld(wanted: ShellToken, given: ShellToken): HeldReason | null {
  if (wanted.kind !== given.kind) return 'operator'
  if (given.kind === 'operator') return wanted.raw === given.raw ? null : 'operator'
  if (!wanted.raw.includes('*')) return wanted.raw === given.raw ? null : wordHeldBy(given)
  if (wanted.raw === '*') return plainHeld(given)
  const stars = starsIn(wanted.raw, given.raw)
  if (stars === null) return wordHeldBy(given)
  if (!stars.every((star) => PLAIN.test(star) && !EXPANDS.test(star))) return 'expansion'
  if (wanted.raw.startsWith('*')) return plainHeld(given)
  return ASSIGNMENT.test(given.raw) && !ASSIGNMENT.test(wanted.raw) ? 'assignment' : null
}

const EXPANDS = /[*?[\]]/
const OPTION = /^[-+=]/
const ASSIGNMENT = /^\w+\+?=/

/** Why a star does not stand for this word; null where it may. Within quotes each part is looked at as if it stood alone. */
function plainHeld(word: ShellToken): HeldReason | null {
  if (word.kind === 'operator') return 'operator'
  if (word.value === null) return 'expansion'
  if (!PLAIN.test(word.value)) return 'operator'
  const parts = word.value.split(/\s+/)
  if (parts.some((part) => OPTION.test(part))) return 'option'
  return parts.some((part) => ASSIGNMENT.test(part)) ? 'assignment' : null
}
