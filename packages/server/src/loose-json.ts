// Text of others read as JSON: what is none is null, and a schema judges both alike.

export function jsonOf(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
  } catch {
    return null // judged by the schema of whoever asks
  }
}
