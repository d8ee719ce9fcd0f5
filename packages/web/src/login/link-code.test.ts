// One-time links: the only thing in an address that is obeyed, and gone from it at once.
import { expect, test } from 'vitest'
import { parseLinkCode, takeLinkCode } from './link-code.ts'

const page = (hash: string) => {
  const shown: string[] = []
  return {
    shown,
    location: { hash, pathname: '/' },
    history: {
      state: null,
      replaceState: (_state: unknown, _unused: string, url: string) => shown.push(url),
    },
  }
}

test('T4 the code of a one-time link is read and removed from the address bar', () => {
  const here = page('#setup=0123456789abcdef-_AZ')
  expect(takeLinkCode(here)).toEqual({ kind: 'setup', code: '0123456789abcdef-_AZ' })
  expect(here.shown).toEqual(['/'])
})

test('C12 an address cannot name a server, a token or anything else', () => {
  for (const hash of [
    '#server=ws://evil',
    '#token=0123456789abcdef',
    '#setup=short',
    '#setup=a%20b0123456789abcdef',
    '#invite=0123456789abcdef&server=x',
    '',
  ])
    expect(parseLinkCode(hash)).toBeNull()
})
