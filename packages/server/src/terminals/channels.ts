// The binary half of a stream: which channels a connection has, what each may do, and what is refused or dropped.
import { fault, type Agent, type Clock, type Fault } from '@tutti/core'
import {
  FrameError,
  decodeClientFrame,
  encodeFrame,
  type ClientFrame,
  type ServerFrame,
} from '@tutti/protocol'
import type { By } from '../db/store.ts'
import type { BinaryChannels, Log, StreamConnection } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { createBudget, type Budget } from './budget.ts'
import { createChannel, type Channel } from './channel.ts'
import type { TerminalHost } from './host.ts'

// A wall of every agent of a large machine, and some terminals.
const CHANNELS_MAX = 1000
const OPENS = { burst: 1200, perSecond: 100 }
// Each typed byte is a word of its own to tmux; nobody types faster, and text that is pasted goes another way.
const TYPED_BYTES = { burst: 256 * 1024, perSecond: 32 * 1024 }
const PASTED_BYTES = { burst: 4 * 1024 * 1024, perSecond: 1024 * 1024 }

export interface ChannelsDeps {
  host: TerminalHost
  clock: Clock
  log: Log
  known(id: string): Agent | undefined
  onAgent(listener: (agent: Agent, exists: boolean) => void): () => void
  title(id: Agent['id'], title: string): void
  audit(by: By, entry: { subject: string; outcome: 'done' }): Promise<void>
}

type OpenFrame = Extract<ClientFrame, { type: 'open' }>

interface Connected {
  connection: StreamConnection
  channels: Map<number, Channel>
  opens: Budget
  typed: Budget
  pasted: Budget
}

export interface TerminalChannels extends BinaryChannels {
  /** Open channels of all connections. */
  viewers(): number
}

export function createChannels(deps: ChannelsDeps): TerminalChannels {
  const { clock, log } = deps
  const connections = new Set<Connected>()

  deps.onAgent((agent, exists) => {
    for (const connected of connections) tell(connected, agent, exists)
  })

  const receive = (connected: Connected, bytes: Uint8Array): void => {
    try {
      act(deps, connected, decodeClientFrame(bytes))
    } catch (error) {
      if (error instanceof FrameError) {
        // A frame without a readable channel has nobody to tell.
        if (error.channel !== null) refuse(connected, error.channel, error)
      } else {
        log.error('terminals.bug', { actor: connected.connection.actor.id, problem: String(error) })
      }
    }
  }

  return {
    connect(connection) {
      const connected: Connected = {
        connection,
        channels: new Map(),
        opens: createBudget(clock, OPENS),
        typed: createBudget(clock, TYPED_BYTES),
        pasted: createBudget(clock, PASTED_BYTES),
      }
      connections.add(connected)
      return {
        receive: (bytes) => receive(connected, bytes),
        close() {
          connections.delete(connected)
          for (const channel of connected.channels.values()) channel.close()
          connected.channels.clear()
        },
      }
    },
    viewers: () => [...connections].reduce((sum, { channels }) => sum + channels.size, 0),
  }
}

function act(deps: ChannelsDeps, connected: Connected, frame: ClientFrame): void {
  if (frame.type === 'open') {
    open(deps, connected, frame)
    return
  }
  const channel = connected.channels.get(frame.channel)
  if (!channel) return // closed meanwhile, while this was on its way
  if (frame.type === 'close') {
    end(connected, frame.channel)
  } else if (frame.type === 'credit' || mayAct(connected, channel)) {
    pass(connected, channel, frame)
  }
}

// Asked anew for each frame: a right can be taken away while the connection lasts (C30).
const mayAct = ({ connection }: Connected, channel: Channel): boolean =>
  channel.access === 'write' && connection.may('terminal:write')

function pass(connected: Connected, channel: Channel, frame: ClientFrame): void {
  if (isAffordable(connected, frame)) channel.receive(frame)
  else
    refuse(connected, frame.channel, fault('rate.limited', { limit: 'what a person can type', seconds: 5 }))
}

function isAffordable({ typed, pasted }: Connected, frame: ClientFrame): boolean {
  if (frame.type === 'input') return typed.take(frame.bytes.byteLength)
  return frame.type !== 'paste' || pasted.take(Buffer.byteLength(frame.text))
}

function open(deps: ChannelsDeps, connected: Connected, frame: OpenFrame): void {
  const { connection, channels } = connected
  const { type: _, channel: number, ...request } = frame
  end(connected, number)
  const agent = deps.known(request.agentId)
  const refusal = refusalOf(connected, agent)
  if (!agent || refusal) {
    refuse(connected, number, refusal ?? fault('agent.unknown', { id: request.agentId }))
    return
  }
  const isWriter =
    request.access === 'write' && request.kind === 'terminal' && connection.may('terminal:write')
  const send = sender(deps, connected)
  const failed = () => end(connected, number)
  let isOpen = true
  const channel = createChannel({
    host: deps.host,
    clock: deps.clock,
    bufferedBytes: () => connection.bufferedBytes(),
    channel: number,
    agent,
    request: { ...request, access: isWriter ? 'write' : 'read' },
    send,
    failed: () => {
      isOpen = false
      failed()
    },
    title: (title) => deps.title(agent.id, title),
  })
  if (isOpen) channels.set(number, channel)
  if (isWriter) audit(deps, connection, agent.id)
}

function refusalOf({ connection, channels, opens }: Connected, agent: Agent | undefined): Fault | null {
  if (!connection.may('terminal:read')) {
    return fault('auth.forbidden', { role: connection.actor.role, permission: 'terminal:read' })
  }
  if (channels.size >= CHANNELS_MAX || !opens.take(1)) {
    return fault('rate.limited', { limit: `${CHANNELS_MAX} open terminals`, seconds: 10 })
  }
  return agent && agent.deletedAt !== null ? fault('agent.deleted', { name: agent.name }) : null
}

// The first frame does not wait for the disk.
function audit({ audit, log }: ChannelsDeps, { actor, address }: StreamConnection, subject: string): void {
  const by: By = { actor: actor.id, address, act: 'terminal.open', audited: true }
  const quietly = quietWork(log, 'terminals.unaudited')
  quietly(audit(by, { subject, outcome: 'done' }), { subject, actor: actor.id })
}

const sender =
  ({ log }: ChannelsDeps, { connection }: Connected) =>
  (frame: ServerFrame): void => {
    try {
      connection.send(encodeFrame(frame))
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      log.warn('terminals.frame-dropped', { type: frame.type, problem: error.message })
    }
  }

function refuse(connected: Connected, channel: number, { code, message }: Fault | FrameError): void {
  end(connected, channel)
  connected.connection.send(encodeFrame({ type: 'fault', channel, code, message }))
}

function end({ channels }: Connected, number: number): void {
  const channel = channels.get(number)
  channels.delete(number)
  channel?.close()
}

function tell(connected: Connected, agent: Agent, exists: boolean): void {
  for (const [number, channel] of connected.channels) {
    if (channel.agentId !== agent.id) continue
    if (exists && agent.deletedAt === null) channel.follow(agent)
    else
      refuse(
        connected,
        number,
        exists ? fault('agent.deleted', { name: agent.name }) : fault('agent.unknown', { id: agent.id }),
      )
  }
}
