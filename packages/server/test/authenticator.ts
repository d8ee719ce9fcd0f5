// A software authenticator (WebAuthn 3, ES256, no attestation), so that passkeys are tested with real signatures.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Site {
  origin: string
  rpId: string
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** CBOR text of up to 23 bytes and byte string of up to 65,535 (RFC 8949, 3.1). */
const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
const bytes = (value: Uint8Array) => {
  const { length } = value
  const head = length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255] // shortest form
  return Buffer.concat([Buffer.from(head), value])
}

export function anAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  // COSE key: kty 2 (EC2), alg -7 (ES256), crv 1 (P-256), x, y.
  const cose = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    bytes(Buffer.from(y, 'base64url')),
  ])
  const clientData = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authData = (site: Site, flags: number, rest: { counter: number; more?: Uint8Array }) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(rest.counter)
    return Buffer.concat([sha256(site.rpId), Buffer.from([flags]), counter, rest.more ?? Buffer.alloc(0)])
  }
  const envelope = { id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {} }

  return {
    register(challenge: string, site: Site) {
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
      const data = authData(site, 0x45, { counter: 0, more: credential }) // present, verified, with credential
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        text('fmt'),
        text('none'),
        text('attStmt'),
        Buffer.from([0xa0]),
        text('authData'),
        bytes(data),
      ])
      const clientDataJSON = b64(clientData('webauthn.create', challenge, site.origin))
      return {
        ...envelope,
        response: { clientDataJSON, attestationObject: b64(attestation), transports: ['internal'] },
      }
    },
    /** `flags` 0x05: present and verified. */
    assert(challenge: string, site: Site, { counter, flags = 0x05 }: { counter: number; flags?: number }) {
      const client = clientData('webauthn.get', challenge, site.origin)
      const data = authData(site, flags, { counter })
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return {
        ...envelope,
        response: { clientDataJSON: b64(client), authenticatorData: b64(data), signature: b64(signature) },
      }
    },
  }
}
