// Rights by noun, and browsers by name.
import { PERMISSIONS, permissionsOf } from '@tutti/core'
import { expect, test } from 'vitest'
import { browserName } from './browser-name.ts'
import { readingScopes, scopeGroups } from './scope-groups.ts'

test('every right is offered once, under its noun', () => {
  const offered = scopeGroups(PERMISSIONS).flatMap(({ scopes }) => scopes)

  expect(offered.toSorted()).toEqual([...PERMISSIONS].toSorted())
})

test('a right that one does not hold is not offered', () => {
  const offered = scopeGroups(permissionsOf('viewer')).flatMap(({ scopes }) => scopes)

  expect(offered).not.toContain('agent:write')
  expect(scopeGroups(permissionsOf('viewer')).every(({ scopes }) => scopes.length > 0)).toBe(true)
})

test('only reading changes nothing', () => {
  expect(readingScopes(PERMISSIONS)).not.toContain('account:self')
  expect(readingScopes(PERMISSIONS)).toContain('agent:read')
})

test.each([
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on macOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['something of my own', 'something of my own'],
  ['', 'Unknown browser'],
])('%s is %s', (agent, name) => {
  expect(browserName(agent)).toBe(name)
})
