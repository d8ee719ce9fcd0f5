// Runs inside a sandbox: leads from ports of its loopback to the daemon's sockets, for programs that speak TCP only.
import { connect, createServer, type Socket } from 'node:net'

interface Way {
  port: number
  socket: string
  /** Where the proxy behind the socket is asked to lead on to; null where the socket is the end. */
  onTo: string | null
}

const WAY = /^(\d+)=([^>]+)(?:>(.+))?$/
// An answer of the proxy is one short head; more is no answer.
const LONGEST_HEAD = 4096

function wayOf(word: string): Way | null {
  const [, port, socket, onTo] = WAY.exec(word) ?? []
  return port === undefined || socket === undefined
    ? null
    : { port: Number(port), socket, onTo: onTo ?? null }
}

function serve({ port, socket: path, onTo }: Way): void {
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    const target = connect({ path, allowHalfOpen: true })
    const end = () => {
      caller.destroy()
      target.destroy()
    }
    caller.on('error', end)
    target.on('error', end)
    if (onTo === null) join(caller, target)
    else ask(target, onTo, () => join(caller, target))
  })
  // A port that the program has taken for itself is its own affair.
  server.on('error', () => server.close())
  server.listen(port, '127.0.0.1')
}

function join(caller: Socket, target: Socket): void {
  caller.pipe(target)
  target.pipe(caller)
}

/** Asks the proxy for a tunnel; hangs up when it says no. */
function ask(target: Socket, onTo: string, joined: () => void): void {
  let head = ''
  const read = () => {
    for (let chunk: unknown = target.read(1); chunk instanceof Buffer; chunk = target.read(1)) {
      head += chunk.toString('latin1')
      if (head.length > LONGEST_HEAD) target.destroy()
      if (!head.endsWith('\r\n\r\n')) continue
      target.off('readable', read)
      if (head.startsWith('HTTP/1.1 200 ')) joined()
      else target.destroy(new Error('refused'))
      return
    }
  }
  target.on('readable', read)
  target.write(`CONNECT ${onTo} HTTP/1.1\r\nHost: ${onTo}\r\n\r\n`)
}

// It shares the terminal with the program, whose keys are not meant for it.
for (const name of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTSTP'] as const) process.on(name, () => undefined)

for (const word of (process.argv[2] ?? '').split(' ')) {
  const way = wayOf(word)
  if (way !== null) serve(way)
}
