// What a caller shows to say who it is: a token in Authorization, or the cookie of a login.

export const LOGIN_COOKIE = 'tutti_login'

export type Credential =
  | { kind: 'none' }
  | { kind: 'token'; secret: string }
  | { kind: 'login'; secret: string }
  /** Something was shown that can be neither. */
  | { kind: 'malformed' }

// 256 bits as base64url are 43 characters; nothing of ours is longer than this.
const SECRET = /^[A-Za-z0-9_-]{20,100}$/
// A token of an identity is a JWT by RSA-2048; it is looked up like any other secret, whatever it says of itself.
const JWT = /^[A-Za-z0-9_-]{20,200}\.[A-Za-z0-9_-]{20,2000}\.[A-Za-z0-9_-]{342}$/

/** Authorization alone decides where it is present: a second credential never repairs a wrong first one. */
export function shownCredential(headers: {
  authorization?: string | undefined
  cookie?: string | undefined
}): Credential {
  if (headers.authorization !== undefined) return fromAuthorization(headers.authorization)
  const secret = cookieValue(headers.cookie ?? '', LOGIN_COOKIE)
  if (secret === null) return { kind: 'none' }
  return SECRET.test(secret) ? { kind: 'login', secret } : { kind: 'malformed' }
}

// AMP's shell clients take nothing for the key of a user that does not begin so; it is the same token behind it.
const USER_KEY = /^uk_(?=tutti_)/

function fromAuthorization(header: string): Credential {
  const [scheme, shown, more] = header.split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || shown === undefined || more !== undefined) {
    return { kind: 'malformed' }
  }
  const secret = shown.replace(USER_KEY, '')
  return SECRET.test(secret) || JWT.test(secret) ? { kind: 'token', secret } : { kind: 'malformed' }
}

function cookieValue(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}
