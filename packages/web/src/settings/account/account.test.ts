// Passwords and passkeys before anything is sent.
import { expect, test } from 'vitest'
import { passwordProblems } from './new-password.ts'
import { passkeyObstacle } from './passkey-place.ts'

test('each problem of a password change stands at its own field', () => {
  expect(passwordProblems({ current: '', password: 'short', again: 'shirt' })).toEqual({
    current: expect.any(String),
    password: expect.stringContaining('got 5'),
    again: expect.any(String),
  })
  const fine = 'a long enough sentence'
  expect(passwordProblems({ current: 'old', password: fine, again: fine })).toEqual({})
})

test('an address of this machine names localhost instead', () => {
  const at = { hostname: '127.0.0.1', port: '4747', protocol: 'http:' }

  expect(passkeyObstacle(at)).toEqual({ instead: 'http://localhost:4747' })
})

test('an address of another machine needs a domain name', () => {
  expect(passkeyObstacle({ hostname: '192.168.1.9', port: '', protocol: 'https:' })).toEqual({
    instead: null,
  })
})

test('names need nothing else', () => {
  expect(passkeyObstacle({ hostname: 'localhost', port: '4747', protocol: 'http:' })).toBeNull()
  expect(passkeyObstacle({ hostname: 'tutti.example.org', port: '', protocol: 'https:' })).toBeNull()
})
