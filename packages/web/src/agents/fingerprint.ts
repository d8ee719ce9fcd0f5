// The fingerprint of a key as people compare it: SHA-256 in base64, as OpenSSH writes it.

/** Of a raw public key in base64url. Null where the page is not in a secure context and has no digest. */
export async function fingerprint(publicKey: string): Promise<string | null> {
  // Undefined outside a secure context, whatever the types say.
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle
  if (!subtle) return null
  const text = atob(publicKey.replaceAll('-', '+').replaceAll('_', '/'))
  const digest = await subtle.digest(
    'SHA-256',
    Uint8Array.from(text, (one) => one.codePointAt(0) ?? 0),
  )
  const base64 = btoa(String.fromCodePoint(...new Uint8Array(digest)))
  return `SHA256:${base64.replace(/=+$/, '')}`
}
