// The daemon's life: up, down, status, open.
import { ClientFault } from '@tutti/client'
import { renderUnicodeCompact } from 'uqr'
import { onOff, text, type Call, type Command, type Outcome } from '../command.ts'
import type { Daemon } from '../daemon-contract.ts'
import { answering, attendDaemon, startDaemon, stopDaemon, untilAnswering } from '../daemon-process.ts'
import { EXIT } from '../exit-code.ts'
import type { Page } from '../page.ts'
import { notRunning } from '../place.ts'
import { working } from '../progress.ts'
import { counted, duration, size } from '../words.ts'

const UP_FLAGS = [
  onOff('foreground', 'stay here until Ctrl-C; agents live on after it'),
  text('port', 'the port to listen on'),
  text('host', 'the address to listen on; others than loopback need TLS and an owner'),
  text('tls-cert', 'the certificate file (PEM)'),
  text('tls-key', 'its key file (PEM)'),
  onOff('open', 'open the dashboard in a browser'),
]

export const machineCommands: Command[] = [
  { words: 'up', says: 'Start Tutti on this machine', args: [], flags: UP_FLAGS, run: up },
  { words: 'down', says: 'Stop Tutti; agents live on', args: [], flags: [], run: down },
  { words: 'status', says: 'Whether Tutti runs, where, and how it is', args: [], flags: [], run: status },
  {
    words: 'open',
    says: 'Open the dashboard; while there is no owner, by a new one-time link',
    args: [],
    flags: [onOff('qr', 'show the link as a QR code for a phone'), onOff('print', 'only print the link')],
    run: open,
  },
]

const optionsOf = (call: Call) => ({
  port: call.text('port'),
  host: call.text('host'),
  tlsCert: call.text('tls-cert'),
  tlsKey: call.text('tls-key'),
})

async function up(call: Call): Promise<Outcome> {
  const { io, place } = call
  const running = await answering(io, place)
  if (call.on('foreground')) return stay(call, running)
  if (running) refuseOtherOptions(call, running)
  const daemon = running ?? (await started(call))
  const link = await linkOf(call, daemon)
  if (call.on('open')) await browse(call, link.url)
  return {
    data: { ...daemon, started: running === null, owned: link.owned, link: link.url },
    text: (page) => welcome(page, { daemon, link, already: running !== null }),
  }
}

/** A port or an address that is not taken over must not look as if it were. */
function refuseOtherOptions(call: Call, { url, pid }: Daemon): void {
  const port = call.text('port')
  const samePort = port === undefined || new URL(url).port === port
  if (samePort && [call.text('host'), call.text('tls-cert'), call.text('tls-key')].every((one) => !one))
    return
  const message = `Tutti runs already at ${url}, with other options. Stop it first: \`tutti down\`.`
  throw new ClientFault(409, { code: 'daemon.running', message, details: { pid } })
}

async function started(call: Call): Promise<Daemon> {
  const { io, place } = call
  const process = startDaemon(io, place, optionsOf(call))
  return working(io, 'Starting Tutti', untilAnswering(io, place, process))
}

/** Runs the daemon as a child until it ends or Ctrl-C comes. */
async function stay(call: Call, running: Daemon | null): Promise<Outcome> {
  const { io, place } = call
  if (running) {
    const message = `Tutti runs already at ${running.url} (process ${running.pid}). Stop it first: \`tutti down\`.`
    throw new ClientFault(409, { code: 'daemon.running', message, details: { pid: running.pid } })
  }
  const child = attendDaemon(io, place, optionsOf(call))
  const stop = () => child.kill('SIGTERM')
  io.signal.addEventListener('abort', stop, { once: true })
  try {
    const daemon = await working(io, 'Starting Tutti', untilAnswering(io, place, child))
    const link = await linkOf(call, daemon)
    if (call.on('open')) await browse(call, link.url)
    const page = call.page(io.outTty)
    io.out(
      call.json
        ? `${JSON.stringify({ ...daemon, link: link.url })}\n`
        : `${welcome(page, { daemon, link, already: false, foreground: true })}\n`,
    )
    const code = await child.ended
    const stopped = io.signal.aborted && code === EXIT.ok
    return {
      data: null,
      text: () => (stopped ? 'Tutti has stopped. Its agents live on.' : ''),
      exit: io.signal.aborted ? EXIT.ok : code,
    }
  } finally {
    stop() // does nothing to a process that has ended
    io.signal.removeEventListener('abort', stop)
  }
}

interface Welcome {
  daemon: Daemon
  link: Link
  already: boolean
  foreground?: boolean
}
interface Link {
  url: string
  owned: boolean
}

function welcome(page: Page, { daemon, link, already, foreground }: Welcome): string {
  const first = `Tutti ${already ? 'runs already' : 'runs'} at ${page.paint('bold', daemon.url)}`
  const next = foreground
    ? 'Ctrl-C stops it; agents live on.'
    : 'Try `tutti demo`, `tutti found` or `tutti help`.'
  if (link.owned) return `${first}\n\n  ${page.paint('dim', next)}`
  return [
    first,
    '',
    '  Make yourself its owner with this link. It works once:',
    `  ${page.paint('cyan', link.url)}`,
    '',
    `  ${page.paint('dim', next)}`,
  ].join('\n')
}

/** The dashboard's address; while there is no owner it holds a new one-time code. */
async function linkOf(call: Call, { url }: Daemon): Promise<Link> {
  const { owned } = await call.client().getHealth()
  if (owned) return { url, owned }
  const { code } = await call.client().renewSetup()
  return { url: `${url}/#setup=${code}`, owned }
}

async function down(call: Call): Promise<Outcome> {
  const { io, place } = call
  const daemon = await answering(io, place)
  if (!daemon) return { data: { stopped: false }, text: () => 'Tutti does not run.' }
  if (!(await working(io, 'Stopping Tutti', stopDaemon(io, daemon.pid)))) {
    const message = `The daemon (process ${daemon.pid}) does not stop. \`kill -9 ${daemon.pid}\` ends it; nothing that was saved is lost.`
    throw new ClientFault(500, { code: 'daemon.stop-failed', message, details: { pid: daemon.pid } })
  }
  return { data: { stopped: true, pid: daemon.pid }, text: () => 'Tutti has stopped. Its agents live on.' }
}

async function status(call: Call): Promise<Outcome> {
  const { io, place } = call
  if (place.url === null && !(await answering(io, place))) throw notRunning()
  const now = await call.client().getStatus()
  const running = `${counted(now.agents.total, 'agent')}, ${now.agents.running} running`
  return {
    data: now,
    text: (page) =>
      [
        `${page.paint('green', '●')} Tutti ${now.version} at ${page.paint('bold', now.urls.join(', '))}`,
        `  ${running}; ${counted(now.viewers, 'viewer')}, ${counted(now.streams, 'stream')}`,
        `  up for ${duration(page.now - now.startedAt) || 'a moment'}; process ${now.pid}, ${size(now.residentBytes)}; Node ${now.node}, tmux ${now.tmux}`,
        `  data in ${now.dataFolder}${now.writable ? '' : page.paint('red', ': the disk refuses writes')}`,
      ].join('\n'),
  }
}

async function open(call: Call): Promise<Outcome> {
  const running = await answering(call.io, call.place)
  if (!running) throw notRunning()
  const link = await linkOf(call, running)
  const only = call.on('print') === true || call.on('qr') === true || call.json
  const opened = !only && (await browse(call, link.url))
  return {
    data: link,
    text: () => {
      if (call.on('qr')) return `${renderUnicodeCompact(link.url)}\n${link.url}`
      return opened ? `Opened ${link.url}` : link.url
    },
  }
}

/** Opens a browser where there is one; false where there is none, and the link is printed anyway. */
async function browse({ io }: Call, url: string): Promise<boolean> {
  const seen = io.env.DISPLAY || io.env.WAYLAND_DISPLAY || process.platform === 'darwin'
  if (!seen) return false
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  return (await io.processes.collect([opener, url], io.env)).code === 0
}
