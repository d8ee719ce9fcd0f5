// What two machines say to each other over the channels of a link, checked once, here.
import type { NodeId, StreamId } from '@tutti/protocol'
import {
  isNodeId,
  jsonTree,
  jsonValue,
  parseEntry,
  parseJson,
  parseRecord,
  type JsonNode,
} from '@tutti/protocol'
import { z } from 'zod'
import type { LeaseWord } from './lease.ts'
import { PUSH_MOST, type Push, type Took } from './mail-queue.ts'
import type { Have, StreamPart } from './op-log.ts'
import type { Serials } from './directory.ts'
import type { SignedRecord } from '@tutti/protocol'

export type PeerMessage =
  | { readonly t: 'push'; readonly push: Push }
  | { readonly t: 'took'; readonly took: Took }
  | { readonly t: 'have'; readonly have: Have }
  | { readonly t: 'parts'; readonly parts: readonly StreamPart[] }
  | { readonly t: 'sum'; readonly sum: string }
  | { readonly t: 'serials'; readonly serials: Serials }
  | { readonly t: 'records'; readonly records: readonly SignedRecord[]; readonly wants: readonly string[] }
  | { readonly t: 'lease'; readonly word: LeaseWord }
  | { readonly t: 'sees'; readonly nodes: readonly NodeId[] }

/** The channel of each message; from 16 on, channels are opened as needed (terminals, files). */
export const CHANNELS: Readonly<Record<PeerMessage['t'], number>> = {
  push: 1,
  took: 1,
  have: 2,
  parts: 2,
  sum: 3,
  serials: 3,
  records: 3,
  lease: 4,
  sees: 5,
}

/** The first channel that the mesh leaves to others. */
export const FIRST_STREAM = 16

export interface MessageCodec {
  encode(message: PeerMessage): Uint8Array
  /** Null for a message of a kind that this version does not know. Throws for one that is malformed. */
  decode(bytes: Uint8Array): PeerMessage | null
}

export const ENTRIES_MOST = 256
const LIST_MOST = 4096

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const name = z.string().max(400)
const nodeId = z.custom<NodeId>((value) => typeof value === 'string' && isNodeId(value))
const streamId = z.custom<StreamId>(
  (value) =>
    typeof value === 'string' && /^did:key:z[1-9A-HJ-NP-Za-km-z]{40,60}\/[1-9][0-9]{0,8}$/.test(value),
)
const letter = z.object({
  id: z.string().max(128),
  from: name,
  to: name,
  body: z.json(),
  expiresAtMs: count,
})
const word = z.union([
  z.object({
    say: z.enum(['offer', 'ready', 'yours']),
    agent: z.string().max(128),
    token: count,
    digest: z.string().max(128),
  }),
  z.object({ say: z.enum(['mine', 'cancel']), agent: z.string().max(128), token: count }),
])

const PLAIN = {
  push: z.object({
    t: z.literal('push'),
    push: z.object({
      lane: z.string().max(1000),
      base: count,
      letters: z.array(z.object({ seq: count, letter: letter.nullable() })).max(PUSH_MOST),
    }),
  }),
  took: z.object({
    t: z.literal('took'),
    took: z.object({ lane: z.string().max(1000), next: count, blanks: z.array(count).max(LIST_MOST) }),
  }),
  have: z.object({ t: z.literal('have'), have: z.record(streamId, count) }),
  sum: z.object({ t: z.literal('sum'), sum: z.string().max(100) }),
  serials: z.object({ t: z.literal('serials'), serials: z.record(name, count) }),
  lease: z.object({ t: z.literal('lease'), word }),
  sees: z.object({ t: z.literal('sees'), nodes: z.array(nodeId).max(LIST_MOST) }),
} as const

const part = z.object({ stream: streamId, from: count, upto: count })

/** JSON over the wire; everything is checked here, signatures where they are needed. */
export const peerCodec: MessageCodec = {
  encode: (message) => new TextEncoder().encode(JSON.stringify(message)),
  decode(bytes) {
    const node = parseJson(bytes)
    const members = node.kind === 'object' ? node.members : new Map<string, JsonNode>()
    const kind = textOf(members.get('t'))
    if (kind === 'records')
      return {
        t: 'records',
        records: listOf(members.get('records')).map(parseRecord),
        wants: wants(members.get('wants')),
      }
    if (kind === 'parts') return { t: 'parts', parts: listOf(members.get('parts')).map(parsePart) }
    return isPlain(kind) ? PLAIN[kind].parse(jsonValue(node)) : null
  },
}

function parsePart(node: JsonNode): StreamPart {
  const members = node.kind === 'object' ? node.members : new Map<string, JsonNode>()
  const [stream, from, upto] = ['stream', 'from', 'upto'].map((name) => plainOf(members.get(name)))
  const plain = part.parse({ stream, from, upto })
  const entries = listOf(members.get('entries')).map(parseEntry)
  if (entries.some(({ stream, seq }) => stream !== plain.stream || seq > plain.upto))
    throw new Error('expected entries of the stream that the part names')
  return { ...plain, entries }
}

const isPlain = (kind: string): kind is keyof typeof PLAIN => Object.hasOwn(PLAIN, kind)
const textOf = (node: JsonNode | undefined): string => (node?.kind === 'string' ? node.value : '')
const plainOf = (node: JsonNode | undefined) => jsonValue(node ?? jsonTree(null))
const wants = (node: JsonNode | undefined): string[] => listOf(node).map(textOf)

function listOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (node?.kind === 'array' && node.items.length <= LIST_MOST) return node.items
  throw new Error(`expected a list of at most ${LIST_MOST}`)
}
