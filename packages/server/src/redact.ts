// The one place that keeps secrets out of logs, whatever field or sentence they come in.

const HIDDEN = '[redacted]'
const SECRET_KEY =
  /pass(?:word|phrase)|secret|token|code$|^code|authorization|cookie|ticket|credential|invite|totp|(?:api|private)[-_]?key/i

const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${HIDDEN}`],
  [/\btutti_[A-Za-z0-9_-]+(?:=[^\s"',;&]*)?/g, HIDDEN],
  [
    /\b(ticket|token|code|setup|secret|password|passphrase|invite|cookie)(["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
    `$1$2${HIDDEN}`,
  ],
  // 256 bits as base64url: a secret of ours wherever it stands.
  [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
]
const MAX_TEXT = 4000
const MAX_DEPTH = 6

/** A copy fit for a log: secrets hidden, texts and depth bounded, errors as name, message, stack and cause. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactedText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[deep]'
  if (value instanceof Error) return redactedError(value, depth)
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, 100).map((one) => redacted(one, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) && inner !== null ? HIDDEN : redacted(inner, depth + 1),
    ]),
  )
}

export function redactedText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return SECRET_TEXT.reduce((rest, [pattern, by]) => rest.replaceAll(pattern, by), cut)
}

function redactedError(error: Error, depth: number): Record<string, unknown> {
  const errno = 'code' in error && typeof error.code === 'string' ? { errno: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: redacted(error.cause, depth + 1) }
  return {
    name: error.name,
    message: redactedText(error.message),
    stack: redactedText(error.stack ?? ''),
    ...errno,
    ...cause,
  }
}
