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

/** What the picture of the map is drawn from. */
export const MapPicture = z.strictObject({
  folder: z.string(),
  files: z.array(
    z.strictObject({
      path: z.string(),
      lines: z.int(),
      language: z.string(),
      /** Commits that changed it lately. */
      changes: z.int(),
      symbols: z.array(z.strictObject({ name: z.string(), kind: z.string(), line: z.int(), lines: z.int() })),
    }),
  ),
  /** Uses between files, by their places in `files`. */
  edges: z.array(z.strictObject({ from: z.int(), to: z.int(), count: z.int() })),
  /** Who works where now: agents by the files that they changed last. */
  agents: z.array(z.strictObject({ agent: z.string(), name: z.string(), file: z.string(), at: z.int() })),
})
export type MapPicture = z.infer<typeof MapPicture>
