// Every sentence of the dashboard comes from here, so that a translation is one more catalogue and nothing else.
import { must } from '@tutti/core'
import type { attentionWords } from './en/attention.ts'
import type { awayWords } from './en/away.ts'
import type { boardWords } from './en/board.ts'
import type { chatWords } from './en/chat.ts'
import type { keyWords } from './en/keys.ts'
import type { loginWords } from './en/login.ts'
import type { mapWords } from './en/map.ts'
import type { mailWords } from './en/messages.ts'
import type { movingWords } from './en/moving.ts'
import type { nodeWords } from './en/nodes.ts'
import type { settingsWords } from './en/settings.ts'
import type { usageWords } from './en/usage.ts'
import type { welcomeWords } from './en/welcome.ts'
import { en } from './en.ts'

type Late = typeof attentionWords &
  typeof awayWords &
  typeof welcomeWords &
  typeof boardWords &
  typeof chatWords &
  typeof keyWords &
  typeof loginWords &
  typeof mapWords &
  typeof mailWords &
  typeof movingWords &
  typeof nodeWords &
  typeof settingsWords &
  typeof usageWords
type Catalogue = typeof en & Late
type Entry = string | { one: string; other: string }
export type WordKey = keyof Catalogue
type Text<K extends WordKey> = Catalogue[K] extends string ? Catalogue[K] : Catalogue[K][keyof Catalogue[K]]
type Holes<S> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never
type Fill<K extends WordKey> = Record<Holes<Text<K>>, string | number>
type Arguments<K extends WordKey> = [Holes<Text<K>>] extends [never] ? [] : [fill: Fill<K>]

const catalogue = new Map<string, Entry>(Object.entries(en))

/** For the words of screens that are loaded late: each brings its own, before it is drawn. */
export function addWords(words: Readonly<Record<string, Entry>>): void {
  for (const [key, entry] of Object.entries(words)) catalogue.set(key, entry)
}

const plurals = new Intl.PluralRules('en')

/** The text of the key with its holes filled; `{n}` chooses between `one` and `other` where the catalogue has both. */
export function t<K extends WordKey>(key: K, ...args: Arguments<K>): string {
  const entry = must(catalogue.get(key), `a screen brings its words: ${key}`)
  const fill: Readonly<Record<string, string | number>> = args[0] ?? {}
  const text = typeof entry === 'string' ? entry : plural(entry, Number(fill['n']))
  return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => shown(fill[name]) ?? hole)
}

const plural = (entry: { one: string; other: string }, n: number) =>
  plurals.select(n) === 'one' ? entry.one : entry.other

const shown = (value: string | number | undefined) =>
  typeof value === 'number' ? value.toLocaleString() : value
