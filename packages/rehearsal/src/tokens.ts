// Counting tokens the same way every time, so that a ledger can be compared with what a program reports.

// Close to the average of real tokenisers on English and code; what matters is that it never varies.
const BYTES_PER_TOKEN = 4

/** Tokens of a text: its UTF-8 length in quarters, rounded up. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}
