// Closes a file for a passphrase or for one machine. Format, in the manner of age's STREAM: a line that names it, a line of JSON
// that says how its key is found, then AES-256-GCM chunks of 64 KiB, each under its number and a mark of the last one. So no
// byte can be changed, no chunk left out or put elsewhere, and a file that was cut off does not pass for a whole one.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  scrypt,
} from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { fault, type Fault, type RandomBytes } from '@tutti/core'
import { isNodeId, nodeKeyOf, type NodeId } from '@tutti/protocol'
import { z } from 'zod'
import { jsonOf } from '../loose-json.ts'

/** For whom a file is closed. */
export type Lock = { passphrase: string } | { recipient: NodeId }
/** What opens it: what somebody typed, and the key of this machine. */
export interface Opener {
  passphrase: string | null
  self: NodeId
  seed: Uint8Array
}

const MAGIC = 'tutti-archive/1\n'
const HEADER_BYTES = 512
const CHUNK_BYTES = 64 * 1024
const TAG_BYTES = 16
const KEY_BYTES = 32
/** Fixed, so that no file can ask for more: 32 MiB and about a third of a second for each guess. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }

const Header = z.union([
  z.strictObject({ scrypt: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }),
  z.strictObject({
    x25519: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    to: z.custom<NodeId>((value) => typeof value === 'string' && isNodeId(value)),
  }),
])
type Header = z.infer<typeof Header>

export const damagedArchive = (problem: string): Fault => fault('archive.damaged', { problem })

/** Writes what is in one file into another, closed. */
export async function sealFile(
  from: string,
  to: string,
  { lock, random }: { lock: Lock; random: RandomBytes },
): Promise<void> {
  const { header, secret } = await locked(lock, random)
  const head = Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`)
  const key = keyOf(secret, head)
  const [source, target] = [await open(from, 'r'), await open(to, 'wx', 0o600)]
  try {
    await target.writeFile(head)
    const { size } = await source.stat()
    for (let at = 0, n = 0; at === 0 || at < size; at += CHUNK_BYTES, n++) {
      const plain = await bytesAt(source, at, Math.min(CHUNK_BYTES, size - at))
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(n, at + CHUNK_BYTES >= size))
      await target.writeFile(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
    }
    await target.sync()
  } finally {
    await source.close()
    await target.close()
  }
}

/**
 * Writes what a closed file holds into another. Throws archive.closed where it is for somebody else, archive.damaged where it is
 * none, was cut off or changed; what was written by then is only the beginning of the truth, and is to be thrown away.
 */
export async function openSealed(from: string, to: string, opener: Opener): Promise<void> {
  const [source, target] = [await open(from, 'r'), await open(to, 'wx', 0o600)]
  try {
    const { head, header } = await headerOf(source)
    const key = keyOf(await secretOf(header, opener), head)
    const { size } = await source.stat()
    if (size <= head.length) throw damagedArchive('it ends after its first lines')
    for (let at = head.length, n = 0; at < size; at += CHUNK_BYTES + TAG_BYTES, n++) {
      const closed = await bytesAt(source, at, Math.min(CHUNK_BYTES + TAG_BYTES, size - at))
      const isLast = at + closed.length >= size
      await target.writeFile(opened(closed, key, { n, isLast }))
    }
    await target.sync()
  } finally {
    await source.close()
    await target.close()
  }
}

function opened(closed: Buffer, key: Uint8Array, { n, isLast }: { n: number; isLast: boolean }): Buffer {
  const end = closed.length - TAG_BYTES
  if (end < 0) throw damagedArchive('it was cut off')
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(n, isLast), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(closed.subarray(end))
  try {
    return Buffer.concat([decipher.update(closed.subarray(0, end)), decipher.final()])
  } catch (error) {
    if (n === 0) throw fault('archive.closed', {}, error)
    throw fault('archive.damaged', { problem: 'it was cut off or changed' }, error)
  }
}

async function headerOf(file: FileHandle): Promise<{ head: Buffer; header: Header }> {
  const { size } = await file.stat()
  const start = await bytesAt(file, 0, Math.min(HEADER_BYTES, size))
  const end = start.indexOf('\n', MAGIC.length)
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC || end < 0)
    throw damagedArchive('it is no archive of an agent')
  const text = start.toString('utf8', MAGIC.length, end)
  const header = Header.safeParse(jsonOf(text))
  // One spelling only: the key is bound to these bytes.
  if (!header.success || JSON.stringify(header.data) !== text)
    throw damagedArchive('its first lines were changed, or are of a newer version')
  return { head: start.subarray(0, end + 1), header: header.data }
}

async function locked(lock: Lock, random: RandomBytes): Promise<{ header: Header; secret: Uint8Array }> {
  if ('passphrase' in lock) {
    const salt = random(16)
    return {
      header: { scrypt: Buffer.from(salt).toString('base64url') },
      secret: await stretched(lock.passphrase, salt),
    }
  }
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const secret = diffieHellman({ privateKey, publicKey: exchangeKey(lock.recipient) })
  return { header: { x25519: publicKey.export({ format: 'jwk' }).x ?? '', to: lock.recipient }, secret }
}

async function secretOf(header: Header, { passphrase, self, seed }: Opener): Promise<Uint8Array> {
  if ('scrypt' in header) {
    if (passphrase === null) throw fault('archive.closed')
    return stretched(passphrase, Buffer.from(header.scrypt, 'base64url'))
  }
  if (header.to !== self) throw fault('archive.closed')
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: header.x25519 }, format: 'jwk' })
  try {
    return diffieHellman({ privateKey: exchangeHalf(seed), publicKey })
  } catch (error) {
    throw fault('archive.closed', {}, error) // a key with which nobody can have closed it
  }
}

const stretched = (passphrase: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, SCRYPT, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  )

const keyOf = (secret: Uint8Array, head: Uint8Array): Uint8Array =>
  new Uint8Array(
    hkdfSync('sha256', secret, createHash('sha256').update(head).digest(), 'tutti-archive/1', KEY_BYTES),
  )

/** Each key closes one file, so the number of a chunk is nonce enough. */
function nonceOf(n: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(n, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

const P = 2n ** 255n - 19n
// PKCS#8 of X25519 (RFC 8410) before the 32 bytes of the key.
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** The key for an exchange that belongs to a machine's signing key: the same point on the other curve (RFC 7748, section 4.1). */
function exchangeKey(node: NodeId) {
  const y = BigInt(`0x${Buffer.from(nodeKeyOf(node).raw).reverse().toString('hex')}`) & (2n ** 255n - 1n)
  const u = ((1n + y) * inverse(P + 1n - y)) % P
  const raw = Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse()
  const x = raw.toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
}

/** Its secret half, as RFC 8032 makes the scalar of a seed. */
function exchangeHalf(seed: Uint8Array) {
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32)
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, scalar]), format: 'der', type: 'pkcs8' })
}

/** By Fermat: the (P - 2)th power. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, value % P]
  for (let left = P - 2n; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * base) % P
    base = (base * base) % P
  }
  return result
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done)
    if (bytesRead === 0) throw damagedArchive('it ends too early')
    done += bytesRead
  }
  return bytes
}
