// Reads a command as a shell would split it, as far as that can be said without running it.

/**
 * A word as it stands, and what a shell would make of it; `value` is null where only the shell knows: a variable, a
 * substitution, a backslash, braces, a pattern of file names. An operator is what ends a command, joins two, or redirects.
 */
export type ShellToken =
  | { kind: 'word'; raw: string; value: string | null }
  | { kind: 'operator'; raw: string }

const BLANK = ' \t'
const OPERATORS = ';&|<>()\n'
// Outside of quotes they make another text of the word, or several words.
const LIVE = '$`\\{}*?['
// A home folder, a comment.
const LIVE_AT_START = '~#'
const LIVE_IN_QUOTES = '$`\\'
const CONTROL = /[^\P{Cc}\t\n]|[\u2028\u2029]/u

/** The words and operators in order; null for what no shell reads as it looks: an open quote, a control character. */
export function shellTokens(text: string): readonly ShellToken[] | null {
  if (CONTROL.test(text)) return null
  const tokens: ShellToken[] = []
  for (let at = 0; at < text.length;) {
    const sign = text.charAt(at)
    if (BLANK.includes(sign)) at++
    else {
      const token = OPERATORS.includes(sign) ? operatorAt(text, at) : wordAt(text, at)
      if (token === null) return null
      tokens.push(token)
      at += token.raw.length
    }
  }
  return tokens
}

function operatorAt(text: string, from: number): ShellToken {
  let end = from
  while (end < text.length && OPERATORS.includes(text.charAt(end))) end++
  return { kind: 'operator', raw: text.slice(from, end) }
}

function wordAt(text: string, from: number): ShellToken | null {
  let value = ''
  let isLive = LIVE_AT_START.includes(text.charAt(from))
  let at = from
  while (at < text.length && !BLANK.includes(text.charAt(at)) && !OPERATORS.includes(text.charAt(at))) {
    const sign = text.charAt(at)
    if (sign === "'" || sign === '"') {
      const end = closing(text, at)
      if (end === -1) return null
      const quoted = text.slice(at + 1, end)
      isLive ||= sign === '"' && holdsOneOf(quoted, LIVE_IN_QUOTES)
      value += quoted
      at = end + 1
    } else {
      isLive ||= LIVE.includes(sign)
      value += sign
      // What is behind a backslash belongs to the word, whatever it is.
      at += sign === '\\' ? 2 : 1
    }
  }
  return { kind: 'word', raw: text.slice(from, at), value: isLive ? null : value }
}

/** Where the quote that opens here ends; -1 where it does not. */
function closing(text: string, open: number): number {
  const quote = text.charAt(open)
  for (let at = open + 1; at < text.length; at++) {
    if (quote === '"' && text.charAt(at) === '\\') at++
    else if (text.charAt(at) === quote) return at
  }
  return -1
}

const holdsOneOf = (text: string, signs: string): boolean =>
  Array.from(signs).some((sign) => text.includes(sign))
