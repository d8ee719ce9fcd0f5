// A process that watches many terminals as a browser would, apart from the measuring one.
import { encodeFrame, decodeServerFrame } from '@tutti/protocol'
import { WebSocket } from 'ws'

const [url = '', token = '', ...ids] = process.argv.slice(2)
const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, {
  headers: { authorization: `Bearer ${token}` },
})
const seen = new Set<number>()

socket.on('open', () => {
  ids.forEach((agentId, channel) => {
    socket.send(
      encodeFrame({ type: 'open', channel, agentId, cols: 120, rows: 36, access: 'read', kind: 'terminal' }),
    )
  })
})
socket.on('message', (data, isBinary) => {
  if (!isBinary || !Buffer.isBuffer(data)) return
  const frame = decodeServerFrame(data)
  if (frame.type !== 'data' && frame.type !== 'snapshot') return
  socket.send(encodeFrame({ type: 'credit', channel: frame.channel, bytes: frame.bytes.byteLength }))
  seen.add(frame.channel)
  if (seen.size === ids.length) process.send?.('watching')
})
