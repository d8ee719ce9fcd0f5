// Terminals of other machines: the frames of a viewer go through a stream of the link, and are judged where the terminal is (C18).
import { fault, ROLES, type Permission } from '@tutti/core'
import { decodeClientFrame, encodeFrame, FrameError, type Access, type NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { Actor, BinaryChannels, StreamConnection } from '../handler.ts'
import type { Grants } from './grants.ts'
import type { PeerStream, PeerStreams } from './peer-streams.ts'
import { actorOf } from './remote-calls.ts'

export interface RemoteTerminalsDeps {
  streams: PeerStreams
  grants: Grants
  labelOf(node: NodeId): string
  isUp(node: NodeId): boolean
  /** The machine of an agent that does not live here; null where nobody knows. */
  homeOf(agentId: string): NodeId | null
  /** The terminals of this machine. */
  channels(): BinaryChannels
  holds(actor: Actor, permission: Permission): boolean
  /** Notes that somebody here may type there. */
  audit(connection: StreamConnection, subject: string): void
}

const Head = z.strictObject({
  user: z.strictObject({ name: z.string().min(1).max(64), role: z.enum(ROLES) }),
})

export function createRemoteTerminals(deps: RemoteTerminalsDeps) {
  serveTerminals(deps)
  return {
    /** The frames of one viewer that are for terminals elsewhere. */
    connect: (connection: StreamConnection) => viewerOf(deps, connection),
  }
}

/** A viewer from another machine: it sees what its person and the grant for that machine allow, asked anew for each frame. */
function serveTerminals({ streams, grants, ...deps }: RemoteTerminalsDeps): void {
  const viewers = new Map<PeerStream, () => void>()
  grants.onChange((node) => {
    for (const [stream, end] of viewers) if (stream.peer === node) end()
  })
  streams.serve('terminals', (stream, given) => {
    const head = Head.safeParse(given)
    const label = deps.labelOf(stream.peer)
    const grant = grants.of(stream.peer)
    if (!head.success || !grant) return stream.close()
    const actor = actorOf({ label }, head.data.user, grant)
    const connected = deps.channels().connect({
      actor,
      address: label,
      may: (permission) => grants.of(stream.peer) !== null && deps.holds(actor, permission),
      send: (frame) => stream.send(frame),
      bufferedBytes: () => stream.bufferedBytes(),
    })
    const end = () => {
      if (!viewers.delete(stream)) return
      connected.close()
      stream.close()
    }
    viewers.set(stream, end)
    stream.listen({
      message(bytes) {
        const open = openOf(bytes)
        const isNamed = open === null || grants.covers(stream.peer, open.agentId)
        if (isNamed) connected.receive(bytes)
        else if (open) stream.send(refusal(open.channel, fault('node.denied', { name: 'The other machine' })))
      },
      closed: end,
    })
    return undefined
  })
}

interface Viewer {
  /** True where the frame is for a terminal elsewhere, and on its way. */
  receive(frame: Uint8Array): boolean
  close(): void
}

function viewerOf(deps: RemoteTerminalsDeps, connection: StreamConnection): Viewer {
  const ways = new Map<NodeId, PeerStream>()
  const places = new Map<number, NodeId>()

  const drop = (node: NodeId): void => {
    ways.delete(node)
    for (const [channel, place] of places) {
      if (place !== node) continue
      places.delete(channel)
      connection.send(refusal(channel, away(deps, node)))
    }
  }

  const wayTo = (node: NodeId): PeerStream => {
    const known = ways.get(node)
    if (known) return known
    const { role, name, id } = connection.actor
    const user = { name: name.slice(0, 64) || id, role }
    const stream = deps.streams.open(node, 'terminals', { user })
    ways.set(node, stream)
    stream.listen({ message: (bytes) => connection.send(bytes), closed: () => drop(node) })
    return stream
  }

  const open = ({ channel, agentId, access }: Opened): NodeId | null => {
    places.delete(channel)
    const node = deps.homeOf(agentId)
    if (node === null || connection.actor.role === 'agent') return null
    if (!connection.may('terminal:read')) return null // refused like one of this machine
    if (!deps.isUp(node)) {
      connection.send(refusal(channel, away(deps, node)))
      return node
    }
    places.set(channel, node)
    if (access === 'write' && connection.may('terminal:write')) deps.audit(connection, agentId)
    return node
  }

  return {
    receive(frame) {
      const opened = openOf(frame)
      const node = opened ? open(opened) : places.get(channelOf(frame))
      if (node === null || node === undefined) return false
      // What a viewer who may only read here types goes nowhere, whatever the other machine would allow.
      const isTyping = !opened && isInput(frame) && !connection.may('terminal:write')
      if (places.get(channelOf(frame)) === node && !isTyping) wayTo(node).send(frame)
      return true
    },
    close() {
      for (const stream of ways.values()) stream.close()
      ways.clear()
      places.clear()
    },
  }
}

const away = ({ labelOf }: RemoteTerminalsDeps, node: NodeId) =>
  fault('node.away', { name: labelOf(node), since: 'a moment ago' })

const refusal = (channel: number, { code, message }: { code: string; message: string }): Uint8Array =>
  encodeFrame({ type: 'fault', channel, code, message })

interface Opened {
  channel: number
  agentId: string
  access: Access
}

// As terminal-frames.ts has it: a byte of type, four of channel.
const OPEN = 0x01
const TYPING: ReadonlySet<number> = new Set([0x02, 0x03])
const HEAD_BYTES = 5

const isInput = (frame: Uint8Array): boolean => TYPING.has(frame[0] ?? 0)

const channelOf = (frame: Uint8Array): number =>
  frame.byteLength < HEAD_BYTES ? -1 : new DataView(frame.buffer, frame.byteOffset).getUint32(1)

/** What a frame opens; null for other frames, and for a broken one, which the terminals of its place refuse. */
function openOf(frame: Uint8Array): Opened | null {
  if (frame[0] !== OPEN) return null
  try {
    const decoded = decodeClientFrame(frame)
    return decoded.type === 'open' ? decoded : null
  } catch (error) {
    if (error instanceof FrameError) return null
    throw error
  }
}
