// The sizes of the protocol in one place, so that sender and server refuse at the same byte.

/** Limits of AMP 04 and appendix B; bytes are UTF-8 bytes, times are milliseconds (rules P3, P5, E3, R1-R4). */
export const LIMITS = {
  bodyBytes: 1024 * 1024,
  payloadBytes: 512 * 1024,
  messageBytes: 64 * 1024,
  contextBytes: 256 * 1024,
  // Counted in code points: a flag or a letter outside the BMP is one for a person who counts.
  subjectChars: 256,
  addressChars: 254,
  labelChars: 63,
  idChars: 64,
  typeChars: 64,
  idempotencyKeyChars: 255,
  attachments: 10,
  attachmentBytes: 25 * 1024 * 1024,
  attachmentsBytes: 100 * 1024 * 1024,
  filenameChars: 255,
  urlChars: 2048,
  capabilities: 64,
  relayMs: 7 * 24 * 3600 * 1000,
  staleMs: 5 * 60 * 1000,
  futureMs: 60 * 1000,
  rememberMs: 24 * 3600 * 1000,
  overlapMs: 24 * 3600 * 1000,
  // Six months, which the specification recommends for a card.
  cardMs: 184 * 24 * 3600 * 1000,
} as const

/** Limits of a JSON text before anything is believed (rule J2): 100,000 keys or 10,000 levels end here, cheaply. */
export const JSON_LIMITS = { depth: 64, members: 10_000, values: 50_000 } as const
