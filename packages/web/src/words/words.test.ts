// The catalogue: holes are filled, plurals chosen, tone kept.
import { expect, test } from 'vitest'
import { en } from './en.ts'
import { t } from './words.ts'

test('holes are filled and plurals follow the number', () => {
  expect(t('agents.hibernate-n', { n: 1 })).toBe('Hibernate 1 agent')
  expect(t('agents.hibernate-n', { n: 6 })).toBe('Hibernate 6 agents')
})

test('no sentence exclaims or says oops', () => {
  const texts = Object.values(en).flatMap((entry) =>
    typeof entry === 'string' ? entry : Object.values(entry),
  )
  expect(texts.filter((text) => /!|oops/i.test(text))).toEqual([])
})
