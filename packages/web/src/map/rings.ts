// What uses a file, ring by ring: what a change to it may reach.
import type { MapPicture } from '@tutti/core'

/** Depth by the file's place in the picture: 0 is the file itself, 1 what uses it. */
export function ringsOf(
  edges: MapPicture['edges'],
  start: readonly number[],
  depth: number,
): ReadonlyMap<number, number> {
  const users = new Map<number, number[]>()
  for (const { from, to } of edges) {
    const known = users.get(to)
    if (known) known.push(from)
    else users.set(to, [from])
  }
  const rings = new Map(start.map((one) => [one, 0]))
  let outer: readonly number[] = start
  for (let ring = 1; ring <= depth && outer.length > 0; ring++) {
    const next = [...new Set(outer.flatMap((one) => users.get(one) ?? []))].filter((one) => !rings.has(one))
    for (const one of next) rings.set(one, ring)
    outer = next
  }
  return rings
}
