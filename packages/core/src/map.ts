// The code map in the words of the API: what may be asked of a working copy, and the shape of every answer.
import { z } from 'zod'

/** Which working copy: an absolute path in it. An agent may leave it out and name only its own. */
const Folder = z.string().min(1).max(4096).optional()

/** At most so many tokens of text, a token being four characters; what was left out is said in the last line. */
const Tokens = z.int().min(50).max(100_000).default(4000)

/** `file:symbol`, `file:12`, `file`, `Class.method` or a bare name. */
export const MapSymbol = z.string().min(1).max(1000)

export const MapPlace = z.strictObject({ folder: Folder, tokens: Tokens })
export const MapOfSymbol = MapPlace.extend({ symbol: MapSymbol })

/** An answer of the code map: text for people and agents with file and line, and the same as data. */
export const MapAnswer = z.strictObject({
  /** The root of the working copy that was asked. */
  folder: z.string(),
  text: z.string(),
  /** By question; at most 2,000 entries a list. */
  data: z.unknown(),
})
export type MapAnswer = z.infer<typeof MapAnswer>

/**
 * What the picture of the map is drawn from: files first, in the order of their paths, then symbols in the order of their files and
 * lines. Columns are texts of `packNumbers`, an entry a node or edge, so that a large one passes through the daemon unread.
 */
export interface MapPicture {
  folder: string
  /** The same stamp is the same picture. */
  stamp: string
  /** How many of the nodes are files. */
  files: number
  /** One a line: of a file its path, of a symbol its name within what holds it, such as `run` or `run~2`. */
  names: string
  /** Words for the numbers of `nodes.kind`: a language for a file, a kind for a symbol. */
  kinds: string[]
  nodes: {
    kind: string
    /** How far before the node lies what holds it; 0 for a file. */
    holder: string
    /** The first line, and how many there are. */
    line: string
    lines: string
    /** Share of the lines that tests run, in percent and plus one; 0 where nothing tells. */
    covered: string
  }
  /** Commits that changed it lately, an entry a file. */
  changes: string
  /** Words for the bits of `edges.uses`, lowest first. The last is `likely`: no certain edge is among them. */
  uses: string[]
  edges: {
    /** How far the source lies after that of the edge before. */
    from: string
    /** How far the target lies from the source. */
    to: string
    uses: string
    count: string
  }
}

const FileName = z.string().min(1).max(4096)

/** Who works where now. */
export const MapLive = z.strictObject({
  folder: z.string(),
  /** Asking with this one waits until there is another. */
  turn: z.int(),
  /** Counts the changes of the map that were seen since the daemon started. */
  changes: z.int(),
  /** Counts how often the map was told what agents had changed. */
  touches: z.int(),
  /** While the folder is read for the first time: files done, of how many. */
  reading: z.strictObject({ done: z.int(), of: z.int() }).nullable(),
  /** The last thing that each agent did with each file, latest first. */
  work: z.array(
    z.strictObject({
      agent: z.string(),
      name: z.string(),
      file: z.string(),
      /** Of the change, as far as it tells; else 0. */
      line: z.int(),
      did: z.enum(['changed', 'read']),
      at: z.int(),
    }),
  ),
})
export type MapLive = z.infer<typeof MapLive>

/** What differs between the working copy and a commit. */
export const MapOverlay = z.strictObject({
  folder: z.string(),
  /** What it was compared with, as a short name of the commit; '' where there is none. */
  base: z.string(),
  branch: z.string(),
  /** Branches that one may compare with. */
  branches: z.array(z.string()),
  files: z.array(
    z.strictObject({
      path: z.string(),
      state: z.enum(['added', 'changed', 'removed']),
      added: z.int(),
      removed: z.int(),
      /** From and to, in lines of the working copy. */
      ranges: z.array(z.tuple([z.int(), z.int()])),
    }),
  ),
})
export type MapOverlay = z.infer<typeof MapOverlay>

export const MapFile = z.strictObject({ folder: z.string(), file: FileName, text: z.string() })
export type MapFile = z.infer<typeof MapFile>

export const MapOfFile = z.strictObject({ folder: Folder, file: FileName })
