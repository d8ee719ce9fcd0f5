// One channel: a viewer of an agent that stays open while the agent's sessions come and go.
import { Fault, type Agent, type Clock } from '@tutti/core'
import type { Access, ClientFrame, OpenRequest, ServerFrame } from '@tutti/protocol'
import { createCredit } from './credit.ts'
import type { TerminalHost, ViewFrame, Viewer } from './host.ts'

export interface Channel {
  readonly agentId: string
  readonly access: Access
  receive(frame: ClientFrame): void
  /** Follows the agent: into its next session, or to the end of all. */
  follow(agent: Agent): void
  close(): void
}

interface Parts {
  host: TerminalHost
  clock: Clock
  /** Bytes handed to the connection and not yet taken by the network. */
  bufferedBytes(): number
  channel: number
  agent: Agent
  /** With the access that was granted. */
  request: OpenRequest
  send(frame: ServerFrame): void
  /** The host has let go of the viewer. */
  failed(): void
  /** What the program calls its window. */
  title(title: string): void
}

export function createChannel(parts: Parts): Channel {
  const { host, channel, request, agent } = parts
  let viewer: Viewer | null = null
  // Frames of a viewer that was dropped may still be on their way; its number is not the current one any more.
  let current = 0
  let session = agent.session?.startedAt ?? null
  let isFirst = true

  const pass = (frame: ViewFrame): void => {
    // A screen that replaces that of an earlier session says so.
    const shown = !isFirst && frame.type === 'snapshot' ? { ...frame, reason: 'restart' as const } : frame
    if (frame.type === 'snapshot') isFirst = true
    if (frame.type === 'state') parts.title(frame.title)
    parts.send({ ...shown, channel })
    if (frame.type === 'fault') parts.failed()
  }

  const open = (why: string): void => {
    try {
      const mine = ++current
      viewer = host.open(request.agentId, { ...request }, (frame) => {
        if (mine === current) pass(frame)
      })
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'agent.not-running')) throw error
      // It is shown as ended, and goes on when the agent is woken.
      parts.send({ type: 'exit', channel, code: null, reason: why })
    }
  }

  const credit = createCredit({
    ...parts,
    pass: (bytes) => viewer?.receive({ type: 'credit', channel, bytes }),
  })

  const drop = (): void => {
    current++
    viewer?.close()
    viewer = null
  }

  open(agent.status.state)
  return {
    agentId: request.agentId,
    access: request.access,
    receive(frame) {
      if (frame.type === 'resize') Object.assign(request, { cols: frame.cols, rows: frame.rows })
      if (frame.type === 'credit') credit.give(frame.bytes)
      else viewer?.receive(frame)
    },
    follow(now) {
      if (!now.session || now.session.startedAt === session) return
      session = now.session.startedAt
      drop()
      isFirst = false
      delete request.resume
      open(now.status.state)
    },
    close() {
      credit.close()
      drop()
    },
  }
}
