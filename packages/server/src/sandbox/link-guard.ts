// Keeps a link that an agent has laid from showing it, at its next start, what the link leads to.
import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isWithin, type SandboxPlace } from './wrap.ts'

/**
 * Leaves out places that lie in what an agent can write and are reached through a link there: bubblewrap would follow it. A link of
 * the person's, from the home folder to wherever the settings are kept, is followed as before. `others` can be written too.
 */
export async function withoutLinks(
  places: readonly SandboxPlace[],
  { others, left }: { others: readonly SandboxPlace[]; left: (path: string) => void },
): Promise<SandboxPlace[]> {
  const sound = await Promise.all(places.map((place) => isSound(place, [...places, ...others])))
  for (const [at, { path }] of places.entries()) if (!sound[at]) left(path)
  return places.filter((_place, at) => sound[at])
}

async function isSound(place: SandboxPlace, places: readonly SandboxPlace[]): Promise<boolean> {
  const from = place.from ?? place.path
  const around = places
    .filter(({ path, access }) => access === 'write' && path !== from && isWithin(from, path))
    .map(({ path }) => path)
    .toSorted((a, b) => a.length - b.length)[0]
  if (around === undefined || place.access === 'hidden') return true
  const real = await realpath(from).catch(() => null)
  // What is not there is no link; one that leads nowhere is not shown either.
  return real === null || real === join(await realpath(around), relative(around, from))
}
