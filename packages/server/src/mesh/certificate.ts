// A certificate for TLS that is nothing but the machine's own key, signed by itself: whoever knows the key needs no authority.
import type { Identity } from './identity.ts'

/** X.509 v3 (RFC 5280) with an Ed25519 key (RFC 8410), as PEM. What it says beside the key is never read. */
export function selfSigned({ raw, sign }: Pick<Identity, 'raw' | 'sign'>): string {
  const name = sequence(set(sequence(oid(COMMON_NAME), utf8('tutti'))))
  const body = sequence(
    tagged(0, integer(2)), // version 3
    integer(1),
    sequence(oid(ED25519)),
    name,
    // The key is pinned, so no date makes it better or worse: as long as the format allows.
    sequence(time(0x17, '200101000000Z'), time(0x18, '99991231235959Z')),
    name,
    sequence(sequence(oid(ED25519)), bits(raw)),
  )
  const certificate = sequence(body, sequence(oid(ED25519)), bits(sign(body)))
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

// 1.3.101.112 and 2.5.4.3, as DER writes them.
const ED25519 = [0x2b, 0x65, 0x70]
const COMMON_NAME = [0x55, 0x04, 0x03]

const der = (tag: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(tag, ...lengthOf(content.byteLength)), content])

/** Nothing in such a certificate is as long as 64 KiB. */
const lengthOf = (bytes: number): number[] =>
  bytes < 0x80 ? [bytes] : bytes < 0x100 ? [0x81, bytes] : [0x82, bytes >> 8, bytes & 0xff]

const sequence = (...parts: Uint8Array[]): Uint8Array => der(0x30, Buffer.concat(parts))
const set = (part: Uint8Array): Uint8Array => der(0x31, part)
const tagged = (number: number, part: Uint8Array): Uint8Array => der(0xa0 | number, part)
const integer = (small: number): Uint8Array => der(0x02, Uint8Array.of(small))
const oid = (bytes: readonly number[]): Uint8Array => der(0x06, Uint8Array.from(bytes))
const utf8 = (text: string): Uint8Array => der(0x0c, Buffer.from(text))
const time = (tag: number, text: string): Uint8Array => der(tag, Buffer.from(text))
/** A bit string of whole bytes. */
const bits = (bytes: Uint8Array): Uint8Array => der(0x03, Buffer.concat([Uint8Array.of(0), bytes]))
