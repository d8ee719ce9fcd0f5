// What a name says without a schema: whether it may be one, and its place and colour in the tree. A browser may load it alone.

export const AGENT_NAME_LENGTH = 64
export const AGENT_NAME_SHAPE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** Whether the text may name an agent: 1 to 64 of a-z, 0-9 and single inner hyphens. */
export const isAgentName = (text: string): boolean =>
  text.length <= AGENT_NAME_LENGTH && AGENT_NAME_SHAPE.test(text)

/** The levels of the tree: `shop-backend-api` gives ['shop', 'backend', 'api']. */
export const treePath = (name: string): string[] => name.split('-')

/** Index 0 to 11 into the palette of project colours; the first level decides, so a project keeps its colour. */
export function colourIndex(name: string): number {
  let hash = 2166136261 // FNV-1a, 32 bits: stable across machines and releases
  for (const character of treePath(name)[0] ?? '') {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0
  }
  return hash % 12
}
