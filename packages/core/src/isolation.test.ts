// Which hosts a rule lets a sandboxed program reach.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EgressHost } from './isolation-schema.ts'
import { hostRule, loopbackPorts, mayReach } from './isolation.ts'

test.each([
  [['api.example.com'], 'api.example.com', 443, 'open'],
  [['api.example.com'], 'API.example.com.', 80, 'open'],
  [['api.example.com'], 'api.example.com', 22, 'no'],
  [['api.example.com:22'], 'api.example.com', 22, 'open'],
  [['api.example.com:22'], 'api.example.com', 443, 'no'],
  [['*.example.com'], 'a.b.example.com', 443, 'open'],
  [['*.example.com'], 'example.com', 443, 'no'],
  [['*.example.com'], 'evilexample.com', 443, 'no'],
  [['example.com'], 'a.example.com', 443, 'no'],
  [['127.0.0.1:9999'], '127.0.0.1', 9999, 'exact'],
  [['127.0.0.1:9999'], '127.0.0.1', 9998, 'no'],
  [['localhost:9999'], 'localhost', 9999, 'exact'],
  [['127.0.0.1'], '127.0.0.1', 443, 'open'],
  [['192.168.1.20:11434'], '192.168.1.20', 11_434, 'exact'],
  [['[::1]:9999'], '[::1]', 9999, 'exact'],
  [[], 'example.com', 443, 'no'],
] as const)('the rules %j and %s:%i are %s', (...[rules, host, port, expected]) => {
  expect(mayReach(rules, { host, port })).toBe(expected)
})

test('what is no host, and where clouds hand out credentials, is no rule', () => {
  for (const text of [
    '',
    '*',
    '*.*',
    'a b',
    'https://x.y',
    'x:0',
    'x:70000',
    '169.254.169.254:80',
    '[fd00:ec2::254]:80',
    '-x',
    'a..b',
  ])
    expect([text, hostRule(text), EgressHost.safeParse(text).success]).toEqual([text, null, false])
})

test('a port of this machine is one that a rule names with it', () => {
  expect(
    loopbackPorts(['127.0.0.1:1', 'localhost:2', 'localhost:1', '127.0.0.1', 'a.b:3', '10.0.0.1:4']),
  ).toEqual([1, 2])
})

test('no rule for names opens a host that does not end in it, and none opens this machine', () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,8}$/)
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  fc.assert(
    fc.property(
      name,
      name,
      fc.boolean(),
      fc.integer({ min: 1, max: 65_535 }),
      (...[rule, host, isWild, port]) => {
        const answer = mayReach([isWild ? `*.${rule}` : rule], { host, port })
        const fits = isWild ? host.endsWith(`.${rule}`) : host === rule
        expect(answer).toBe(fits && (port === 443 || port === 80) ? 'open' : 'no')
      },
    ),
  )
})
