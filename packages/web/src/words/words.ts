// Every sentence of the dashboard comes from here, so that a translation is one more catalogue and nothing else.
import { en } from './en.ts'

type Catalogue = typeof en
export type WordKey = keyof Catalogue
type Text<K extends WordKey> = Catalogue[K] extends string ? Catalogue[K] : Catalogue[K][keyof Catalogue[K]]
type Holes<S> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never
type Fill<K extends WordKey> = Record<Holes<Text<K>>, string | number>
type Arguments<K extends WordKey> = [Holes<Text<K>>] extends [never] ? [] : [fill: Fill<K>]

const plurals = new Intl.PluralRules('en')

/** The text of the key with its holes filled; `{n}` chooses between `one` and `other` where the catalogue has both. */
export function t<K extends WordKey>(key: K, ...args: Arguments<K>): string {
  const entry: string | { one: string; other: string } = en[key]
  const fill: Readonly<Record<string, string | number>> = args[0] ?? {}
  const text = typeof entry === 'string' ? entry : plural(entry, Number(fill['n']))
  return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => shown(fill[name]) ?? hole)
}

const plural = (entry: { one: string; other: string }, n: number) =>
  plurals.select(n) === 'one' ? entry.one : entry.other

const shown = (value: string | number | undefined) =>
  typeof value === 'number' ? value.toLocaleString() : value
