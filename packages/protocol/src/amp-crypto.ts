// The four primitives that the protocol needs, as a port: browsers bring WebCrypto, a server may bring a faster synchronous one.

type Awaitable<T> = T | Promise<T>

/** Primitives over raw bytes. Ed25519 is RFC 8032 pure Ed25519: no pre-hash, public keys of 32 bytes, signatures of 64. */
export interface AmpCrypto {
  sha256(data: Uint8Array): Awaitable<Uint8Array>
  hmacSha256(key: Uint8Array, data: Uint8Array): Awaitable<Uint8Array>
  /** False for a wrong signature; never throws for one. */
  verifyEd25519(publicRaw: Uint8Array, signature: Uint8Array, data: Uint8Array): Awaitable<boolean>
}

/** Whatever holds a private key: it signs and never shows it. Returns the 64 bytes of an Ed25519 signature. */
export type Sign = (data: Uint8Array) => Awaitable<Uint8Array>

/** AmpCrypto over `crypto.subtle` (Node 22 and newer, current browsers; there only in secure contexts). */
export function webCrypto(): AmpCrypto {
  const { subtle } = globalThis.crypto
  return {
    sha256: async (data) => new Uint8Array(await subtle.digest('SHA-256', owned(data))),
    hmacSha256: async (key, data) => {
      const imported = await subtle.importKey('raw', owned(key), HMAC, false, ['sign'])
      return new Uint8Array(await subtle.sign(HMAC.name, imported, owned(data)))
    },
    verifyEd25519: async (publicRaw, signature, data) => {
      const key = await subtle.importKey('raw', owned(publicRaw), ED25519, false, ['verify'])
      return subtle.verify(ED25519, key, owned(signature), owned(data))
    },
  }
}

/** Signs with the key in a PKCS #8 document (48 bytes of DER, as privateKeyDer makes them), by `crypto.subtle`. */
export function webSigner(pkcs8Der: Uint8Array): Sign {
  const { subtle } = globalThis.crypto
  const imported = subtle.importKey('pkcs8', owned(pkcs8Der), ED25519, false, ['sign'])
  // The first signature reports a key that cannot be read; without this line an unused one would end the process.
  imported.catch(() => undefined)
  return async (data) => new Uint8Array(await subtle.sign(ED25519, await imported, owned(data)))
}

/** A new key pair as raw bytes: the 32 of the seed, which are the secret, and the 32 of the public key. */
export async function newKeyPair(): Promise<{ seed: Uint8Array; publicRaw: Uint8Array }> {
  const { subtle } = globalThis.crypto
  const pair = await subtle.generateKey(ED25519, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('Ed25519 made no key pair')
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))
  return { seed: pkcs8.slice(-32), publicRaw: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)) }
}

const ED25519 = 'Ed25519'
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

// A copy over a buffer of its own, which is what subtle's types ask for.
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
