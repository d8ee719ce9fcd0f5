// The terminals of one stream: numbers each channel and hands its frames to it.
import {
  decodeServerFrame,
  FrameError,
  type ClientFrame,
  type OpenRequest,
  type ServerFrame,
} from '@tutti/protocol'
import {
  createTerminalChannel,
  type TerminalChannel,
  type TerminalEvents,
  type TerminalHandle,
} from './terminal-channel.ts'

/** `send` answers false while there is no connection. */
export function createChannels(send: (frame: ClientFrame) => boolean) {
  const channels = new Map<number, TerminalChannel>()
  let next = 1
  return {
    open: (
      request: OpenRequest,
      { events, live }: { events: TerminalEvents; live: boolean },
    ): TerminalHandle => {
      const channel = next++
      const closed = () => channels.delete(channel)
      const made = createTerminalChannel({ channel, request, events, send, closed })
      channels.set(channel, made)
      if (live) made.connected()
      return made.handle
    },
    receive: (message: Uint8Array): void => {
      const frame = decoded(message)
      if (frame) channels.get(frame.channel)?.receive(frame)
    },
    connected: () => channels.forEach((one) => one.connected()),
    disconnected: () => channels.forEach((one) => one.disconnected()),
  }
}

/** A frame of a newer server that this client does not know is left out: TF2 lets either end be the newer one. */
function decoded(message: Uint8Array): ServerFrame | null {
  try {
    return decodeServerFrame(message)
  } catch (error) {
    if (error instanceof FrameError) return null
    throw error
  }
}
