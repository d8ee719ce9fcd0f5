// Finds names in what is already here: fifty thousand are looked through while somebody types.
import { FILE, SYMBOL, type CodeModel } from './model.ts'
import { at } from './numbers.ts'

const NAMES = 60

/** Where it stands, as people write it. */
export const placeIn = (model: CodeModel, node: number): string =>
  model.levels[node] === SYMBOL
    ? `${model.paths[model.files[node] ?? 0] ?? ''}:${model.line[node] ?? 1}`
    : (model.paths[node] ?? '')

/** By how many it is used: of things of one name that is the one that is meant. */
const usesOf = ({ edges }: CodeModel, node: number): number =>
  at(edges.into.offsets, node + 1) - at(edges.into.offsets, node)

/** Every word is somewhere in the name or the path; a name that begins so comes first, then shorter ones, then those that are used most. */
export function namesLike(model: CodeModel, words: string): number[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const [first = ''] = wanted
  const found: { node: number; rank: number; uses: number }[] = []
  for (let node = 1; node < model.size; node++) {
    const name = (model.names[node] ?? '').toLowerCase()
    const isFile = at(model.levels, node) <= FILE
    const whole = isFile || wanted.length > 1 ? `${name} ${placeIn(model, node).toLowerCase()}` : name
    if (!wanted.every((word) => whole.includes(word))) continue
    const start = name === first ? 0 : name.startsWith(first) ? 1 : name.includes(first) ? 2 : 3
    found.push({ node, rank: start * 1000 + name.length, uses: usesOf(model, node) })
  }
  return found
    .sort((a, b) => a.rank - b.rank || b.uses - a.uses || a.node - b.node)
    .slice(0, NAMES)
    .map((one) => one.node)
}
