// How the address of a server behind a Unix socket is written.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unixAddress } from './unix-address.ts'

test('a socket and the path behind it are told apart, and every other URL is none', () => {
  expect(unixAddress('unix:/run/tutti/hub.sock')).toEqual({ socketPath: '/run/tutti/hub.sock', path: '/' })
  expect(unixAddress('unix:/run/tutti/hub.sock/v1/agents?deleted=true')).toEqual({
    socketPath: '/run/tutti/hub.sock',
    path: '/v1/agents?deleted=true',
  })
  for (const url of ['http://localhost:4747', 'unix:hub.sock', 'unix:/run/tutti/hub', 'unix:', ''])
    expect([url, unixAddress(url)]).toEqual([url, null])
})

test('whatever the socket is called, its path comes back', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_ -]{1,30}$/)
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.webPath(), (folders, path) => {
      const socketPath = `/${folders.join('/')}.sock`
      const rest = path.startsWith('/') ? path : ''
      expect(unixAddress(`unix:${socketPath}${rest}`)).toEqual({ socketPath, path: rest || '/' })
    }),
  )
})
