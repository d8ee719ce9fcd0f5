// A1-A8: the address grammar in all its forms, and where a provider begins.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import published from '../vectors/published.json' with { type: 'json' }
import {
  formatAddress,
  isLocalProvider,
  isNewName,
  parseAddress,
  providerCandidates,
  sameAddress,
  sameTenant,
  shortAddress,
} from './address.ts'
import { AmpError } from './amp-error.ts'

const here = { tenant: 'acme', provider: 'tutti.local', known: ['agents.corp.io', 'corp.io'] }
const name = fc.stringMatching(/^[a-z0-9_-]{1,20}$/)
const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)

test.each(published.addresses)('A1 $text has the parts that the published vectors give', (vector) => {
  const { name, scope, provider } = parseAddress(vector.text, here)

  expect({ name, scope, provider }).toEqual({
    name: vector.name,
    scope: vector.scope,
    provider: vector.provider,
  })
  expect(isLocalProvider(provider)).toBe(vector.local)
})

test('A2 addresses ignore case', () => {
  expect(formatAddress(parseAddress('Bob@Acme.Tutti.LOCAL', here))).toBe('bob@acme.tutti.local')
})

test('A3 short forms mean this tenant and this provider', () => {
  expect(formatAddress(parseAddress('bob', here))).toBe('bob@acme.tutti.local')
  expect(formatAddress(parseAddress('bob@globex', here))).toBe('bob@globex.tutti.local')
  expect(shortAddress(parseAddress('bob@acme.tutti.local', here), here)).toBe('bob')
  expect(shortAddress(parseAddress('bob@globex.tutti.local', here), here)).toBe('bob@globex')
  expect(shortAddress(parseAddress('bob@git.globex.tutti.local', here), here)).toBe(
    'bob@git.globex.tutti.local',
  )
})

test('A4 the longest known provider wins, and leaves at least a tenant', () => {
  expect(parseAddress('bob@team.agents.corp.io', here)).toMatchObject({
    scope: 'team',
    provider: 'agents.corp.io',
    certain: true,
  })
  expect(parseAddress('bob@agents.corp.io', here)).toMatchObject({ scope: 'agents', provider: 'corp.io' })
})

test('A5 where nobody knows the provider, the last two labels are a guess that says so', () => {
  expect(parseAddress('bob@team.agents.other.io', here)).toMatchObject({
    scope: 'team.agents',
    tenant: 'agents',
    provider: 'other.io',
    certain: false,
  })
  expect(providerCandidates('bob@team.agents.other.io')).toEqual(['agents.other.io', 'other.io'])
})

test('A6 local providers of machines and organisations need no discovery', () => {
  expect(parseAddress('bob@host.org.mesh.local', here)).toMatchObject({
    tenant: 'org',
    provider: 'mesh.local',
    certain: true,
  })
})

test('A7 names of new agents begin and end with a letter or digit', () => {
  expect(['a', 'a1', 'a_b-c', 'x'.repeat(63)].map(isNewName)).toEqual([true, true, true, true])
  expect(['', '-rf', 'a-', '_a', 'A', 'a.b', 'x'.repeat(64)].filter(isNewName)).toEqual([])
})

describe('A8 refuses', () => {
  test.each([
    '',
    '@acme.x.io',
    'bob@',
    'bob@acme.',
    'bob@.acme.x.io',
    'bob@corp.io',
    'bob@a@b.c.d',
    'b ob@acme.x.io',
    'bob|x@acme.x.io',
    'bob@acme_x.x.io',
    'bob.jones@acme.x.io',
    '../../x',
    'bob\u0000@acme.x.io',
    'bob@acme.x.io\n',
    'böb@acme.x.io',
    '\u212Aate@acme.x.io',
    `${'x'.repeat(64)}@acme.x.io`,
    `bob@${'x'.repeat(64)}.x.io`,
    `bob@${'abcdefgh.'.repeat(40)}io`,
  ])('%j', (text) => {
    expect(() => parseAddress(text, here)).toThrow(AmpError)
  })
})

test('A1 every address survives being written and read, whatever is known', () => {
  const domain = fc.array(label, { minLength: 3, maxLength: 6 }).map((labels) => labels.join('.'))
  fc.assert(
    fc.property(name, domain, fc.array(domain, { maxLength: 3 }), (who, where, known) => {
      const address = parseAddress(`${who}@${where}`, { ...here, known })
      expect(formatAddress(address)).toBe(`${who}@${where}`)
      expect(sameAddress(parseAddress(shortAddress(address, here), { ...here, known }), address)).toBe(true)
    }),
  )
})

test('A8 any text is an address of ASCII, or AmpError', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('ab-_.@|/\\%\u0000é K')), maxLength: 30 }),
      (text) => {
        expect(outcome(text)).toMatch(/^[a-z0-9_-]{1,63}@[a-z0-9.-]+$|^invalid_field$/)
      },
    ),
  )
})

test('T3 a tenant is equal or another; a sibling or a suffix is another', () => {
  const at = (text: string) => parseAddress(text, here)

  expect(sameTenant(at('a@acme.x.io'), at('b@acme.x.io'))).toBe(true)
  expect(sameTenant(at('a@acme.x.io'), at('b@globex.x.io'))).toBe(false)
  expect(sameTenant(at('a@acme.x.io'), at('b@acme.y.io'))).toBe(false)
  expect(sameTenant(at('a@acme.x.io'), at('b@notacme.x.io'))).toBe(false)
})

function outcome(text: string): string {
  try {
    return formatAddress(parseAddress(text, here))
  } catch (error) {
    return error instanceof AmpError ? error.code : String(error)
  }
}
