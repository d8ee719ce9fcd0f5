// Links of agents lead to the web or nowhere.
import { expect, test } from 'vitest'
import { linkTarget } from './link-target.ts'

test('only the web and mail are opened', () => {
  expect(linkTarget('https://example.org/a?b#c')).toBe('https://example.org/a?b#c')
  expect(linkTarget('mailto:ada@example.org')).toBe('mailto:ada@example.org')
  for (const href of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    '/settings/users',
    '//example.org',
    'settings',
    '',
  ])
    expect([href, linkTarget(href)]).toEqual([href, null])
})
