// A process that holds many idle event streams open, apart from the measured daemon because of the limit of open files.
import { WebSocket } from 'ws'

const [url = '', token = '', count = '0'] = process.argv.slice(2)
const AT_ONCE = 100
const sockets: WebSocket[] = []

for (let at = 0; at < Number(count); at += AT_ONCE) {
  await Promise.all(Array.from({ length: AT_ONCE }, open))
}
process.send?.(sockets.filter((socket) => socket.readyState === WebSocket.OPEN).length)

function open(): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
    sockets.push(socket)
    socket.once('open', () => resolve())
    socket.once('error', () => resolve()) // counted by its state at the end
  })
}
