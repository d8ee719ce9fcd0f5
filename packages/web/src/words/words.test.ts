// The catalogue: holes are filled, plurals chosen, tone kept.
import { expect, test } from 'vitest'
import { attentionWords } from './en/attention.ts'
import { awayWords } from './en/away.ts'
import { chatWords } from './en/chat.ts'
import { keyWords } from './en/keys.ts'
import { loginWords } from './en/login.ts'
import { mapWords } from './en/map.ts'
import { mailWords } from './en/messages.ts'
import { movingWords } from './en/moving.ts'
import { nodeWords } from './en/nodes.ts'
import { settingsWords } from './en/settings.ts'
import { usageWords } from './en/usage.ts'
import { welcomeWords } from './en/welcome.ts'
import { en } from './en.ts'
import { t } from './words.ts'

const PARTS = [
  en,
  attentionWords,
  awayWords,
  chatWords,
  keyWords,
  loginWords,
  mapWords,
  mailWords,
  movingWords,
  nodeWords,
  settingsWords,
  usageWords,
  welcomeWords,
]

test('holes are filled and plurals follow the number', () => {
  expect(t('agents.hibernate-n', { n: 1 })).toBe('Hibernate 1 agent')
  expect(t('agents.hibernate-n', { n: 6 })).toBe('Hibernate 6 agents')
})

test('no sentence exclaims or says oops', () => {
  const texts = PARTS.flatMap((part) => Object.values<string | { one: string; other: string }>(part)).flatMap(
    (entry) => (typeof entry === 'string' ? entry : Object.values(entry)),
  )
  expect(texts.filter((text) => /!|oops/i.test(text))).toEqual([])
})

test('no two parts of the catalogue give the same key', () => {
  const parts = PARTS.map((part) => Object.keys(part))
  expect(new Set(parts.flat()).size).toBe(parts.flat().length)
})
