// The reference page as the map writes it.

export interface PageData {
  node: PageNode
  within: PageNode[]
  members: PageNode[]
  /** Of a folder or package only. */
  overview: { most: { node: PageNode; uses: number }[]; usedBy: Neighbour[]; uses: Neighbour[] } | null
  examples: { file: string; line: number; text: string }[]
  callers: Related[]
  callees: Related[]
  documents: { file: string; line: number; title: string }[]
  touched: {
    people: { author: string; last: number; subject: string; commits: number }[]
    agents: AgentTouch[]
  }
}

export interface PageNode {
  /** Of a folder its own path, '.' for the whole. */
  file: string
  path: string
  name: string
  kind: string
  /** 0 for a folder. */
  line: number
  signature: string
  doc: string
  complexity: number
}

export interface Related {
  node: PageNode
  kind: string
  confidence: number
  file: string
  line: number
}

export interface Neighbour {
  folder: string
  places: number
}

export interface AgentTouch {
  agent: string
  name: string
  file: string
  symbols: string[]
  last: number
}

/** A place holds its folder's path under a key that nobody need read. */
export const shortName = (node: PageNode): string =>
  node.line === 0 ? node.name : node.path || (node.file.split('/').at(-1) ?? node.file)
