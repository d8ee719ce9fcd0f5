// Everybody who can be written to, and what a few letters of an address may mean.
import type { OutputOf } from '@tutti/core'
import { useMemo } from 'react'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { t } from '../words/words.ts'

export type Correspondent = OutputOf<'listAddresses'>[number]

const NOBODY: readonly Correspondent[] = []

/** By name; read again when an agent comes or goes. */
export function useCorrespondents(): readonly Correspondent[] {
  const names = useAgents(({ agents }) => agents.size)
  const read = useLoaded(`addresses ${names}`, () => api.listAddresses({}))
  return read.state === 'ready' ? read.value : NOBODY
}

export interface Suggestion {
  /** What is put into the field. */
  value: string
  says: string
}

/** All who can be meant: single ones, everybody with a tag, and whole branches of names. */
export function useSuggestions(): readonly Suggestion[] {
  const everybody = useCorrespondents()
  const agents = useAgents((state) => state.agents)
  return useMemo(() => {
    const all = [...agents.values()]
    const tags = countsOf(all.flatMap((agent) => agent.tags))
    const branches = countsOf(all.flatMap(({ name }) => branchesOf(name)))
    return [
      ...everybody.map(({ name, address, kind }) => ({
        value: kind === 'person' ? (address.split('@')[0] ?? name) : name,
        says: t(`mail.kind-${kind}`),
      })),
      ...tags.map(([tag, n]) => ({ value: `#${tag}`, says: t('mail.kind-many', { n }) })),
      ...branches.flatMap(([branch, n]) =>
        n > 1 ? [{ value: `${branch}-*`, says: t('mail.kind-many', { n }) }] : [],
      ),
    ]
  }, [everybody, agents])
}

const MOST = 8 // as many as one reads at a glance

/** What fits best first: names that begin so, then those that hold it; one before many, who are not meant by accident. */
export function suggested(all: readonly Suggestion[], typed: string): Suggestion[] {
  const words = typed.trim().toLowerCase()
  const rank = ({ value }: Suggestion) => {
    const at = value.toLowerCase().indexOf(words)
    return at === -1 ? null : at === 0 ? 0 : 1
  }
  return all
    .flatMap((one) => {
      const place = rank(one)
      return place === null ? [] : [{ one, place }]
    })
    .toSorted(
      (a, b) =>
        a.place - b.place ||
        Number(isMany(a.one)) - Number(isMany(b.one)) ||
        a.one.value.localeCompare(b.one.value),
    )
    .slice(0, MOST)
    .map(({ one }) => one)
}

const isMany = ({ value }: Suggestion): boolean => value.startsWith('#') || value.endsWith('*')

/** `shop` and `shop-backend` for `shop-backend-api`. */
const branchesOf = (name: string): string[] =>
  name.split('-').flatMap((_part, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join('-')]))

function countsOf(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a.localeCompare(b))
}
