// Reading what people type into the form of a new agent.
import { isAgentName } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { suggestedName } from '../found/suggested-name.ts'
import { draftErrors, EMPTY_DRAFT, newAgentOf } from './draft.ts'
import { envLines } from './env-lines.ts'
import { shellLine, shellWords } from './shell-words.ts'

test('arguments split as in a shell, and an open quote is noticed', () => {
  const line = `--name "two words" it's' x \\" ''`
  expect(shellWords(line)).toEqual(['--name', 'two words', 'its', 'x', '"', ''])
  expect(shellWords('"open')).toBeNull()
  expect(shellWords("it's")).toBeNull()
})

test('whatever the arguments are, writing and reading them gives them back', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(shellWords(shellLine(words))).toEqual(words)
    }),
  )
})

test('environment lines are read, and the first bad one is named', () => {
  expect(envLines('A=1\n# note\n\nexport B=x=y')).toEqual({ env: { A: '1', B: 'x=y' } })
  expect(envLines('A=1\n2B=no')).toEqual({ line: 2, text: '2B=no' })
})

test('a draft says what is missing beside each field, and nothing when it is right', () => {
  const errors = draftErrors({ ...EMPTY_DRAFT, name: 'Bad Name' }, () => false)
  expect(Object.keys(errors).toSorted()).toEqual(['folder', 'name', 'program'])
  const draft = { ...EMPTY_DRAFT, name: 'shop-api', folder: '/work', program: 'bash', tags: 'a, b a' }
  expect(draftErrors(draft, () => false)).toEqual({})
  expect(draftErrors(draft, (name) => name === 'shop-api').name).toContain('exists already')
  expect(newAgentOf(draft)).toMatchObject({
    name: 'shop-api',
    tags: ['a', 'b'],
    args: [],
    env: {},
    trust: null,
  })
  expect(newAgentOf(draft)).not.toHaveProperty('isolation')
  const walled = { ...draft, isolation: 'sandbox' as const, egress: 'API.example.com, *.a.b 127.0.0.1:80' }
  expect(newAgentOf(walled)).toMatchObject({
    isolation: 'sandbox',
    egress: ['api.example.com', '*.a.b', '127.0.0.1:80'],
  })
  expect(draftErrors({ ...walled, egress: 'a.b https://x' }, () => false).egress).toContain('https://x')
  expect(newAgentOf({ ...draft, trust: 'plan' })).toMatchObject({ trust: 'plan' })
})

test('a suggested name is always valid and free', () => {
  expect(suggestedName('Bücher & Co_2', new Set())).toBe('bucher-co-2')
  expect(suggestedName('api', new Set(['api', 'api-2']))).toBe('api-3')
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (session, others) => {
      const taken = new Set([...others, suggestedName(session, new Set())])
      const name = suggestedName(session, taken)
      expect(isAgentName(name) && !taken.has(name)).toBe(true)
    }),
  )
})
