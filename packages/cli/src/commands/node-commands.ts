// The machines of the room: inviting one with a person at each end who compares six digits, and how the links are.
import type { FleetUpgrade, MeshNode, NodePairing } from '@tutti/core'
import { renderUnicodeCompact } from 'uqr'
import { ClientFault } from '@tutti/client'
import { onOff, text, type Call, type Command, type Outcome } from '../command.ts'
import type { Page } from '../page.ts'
import { working } from '../progress.ts'
import { table, type Column } from '../table.ts'
import { counted, relativeTime } from '../words.ts'

const LISTEN = text(
  'listen',
  'address at which other machines reach this one; 0.0.0.0 for all of its networks',
)

export const nodeCommands: Command[] = [
  {
    words: 'invite',
    says: 'Let another machine join the room: prints a one-time code',
    args: [],
    flags: [
      text('role', 'what it is to be (full)', { choices: ['full', 'guest'] }),
      LISTEN,
      onOff('qr', 'show the code as a QR code as well (where there is a terminal)'),
    ],
    run: invite,
  },
  {
    words: 'join',
    says: 'Join the room of another machine by the code of `tutti invite`',
    args: [{ name: 'code' }],
    flags: [LISTEN],
    run: join,
  },
  {
    words: 'nodes',
    says: 'The machines of the room: link, version, latency, clock',
    args: [],
    flags: [],
    run: nodes,
  },
]

async function invite(call: Call): Promise<Outcome> {
  const role = call.text('role') === 'guest' ? 'guest' : 'full'
  if (!(await mayOpen(call))) return { data: null, text: () => NOT_OPENED }
  const pairing = await call.client().inviteNode({ role })
  if (!isAttended(call)) return { data: pairing, text: () => pairing.code ?? '' }
  const code = pairing.code ?? ''
  const picture = call.on('qr') === false ? '' : `${renderUnicodeCompact(code)}\n`
  call.io.out(`${picture}On the other machine, within 10 minutes:\n\n  tutti join ${code}\n\n`)
  const waiting = 'Waiting for the other machine'
  return compared(call, await working(call.io, waiting, past(call, pairing, 'open')))
}

async function join(call: Call): Promise<Outcome> {
  const code = call.need('code')
  if (!(await mayOpen(call))) return { data: null, text: () => NOT_OPENED }
  const pairing = await working(call.io, 'Dialling the other machine', call.client().joinNode({ code }))
  return isAttended(call) ? compared(call, pairing) : { data: pairing }
}

const NOT_OPENED = 'Nothing was opened. Choose where with --listen, such as --listen 192.168.1.5.'
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** The first invitation or joining opens a port: a person is told where, and may say no. */
async function mayOpen(call: Call): Promise<boolean> {
  const host = call.text('listen')
  const door = await call.client().getNodeDoor()
  if (host !== undefined && host !== door.host) await call.client().setNodeDoor({ host })
  if (door.open || host !== undefined || !isAttended(call)) return true
  const where = EVERYWHERE.has(door.host) ? 'every network of this machine' : door.host
  call.io.out(
    `This opens port ${door.port} on ${where} for other machines. Only those that you let in get further\nthan the handshake; others can see that it is open. --listen ADDRESS chooses another place.\n\n`,
  )
  return call.io.confirm(`Open port ${door.port} on ${where}?`)
}

/** A program cannot compare: it gets the digits, and says `tutti nodes compare` when somebody has. */
const isAttended = (call: Call): boolean => call.io.inTty && call.io.outTty && !call.json

/** Asks whether the digits are alike, and waits for what the other user says. */
async function compared(call: Call, pairing: NodePairing): Promise<Outcome> {
  if (pairing.phase !== 'comparing') throw over(pairing)
  call.io.out(`Both machines must show the same digits. Here they are:\n\n    ${pairing.text}\n\n`)
  const alike = await call.io.confirm('Does the other machine show the same?')
  await call.client().comparePairing({ id: pairing.id, alike })
  const end = await working(call.io, 'Waiting for the other user', past(call, pairing, 'comparing'))
  if (end.phase !== 'trusted') throw over(end)
  return { data: end, text: () => 'The two machines trust each other. `tutti nodes` shows the room.' }
}

/** Long enough for the code's ten minutes; each question waits at the daemon. */
const MOST_ASKS = 40

async function past(call: Call, { id }: NodePairing, phase: NodePairing['phase']): Promise<NodePairing> {
  let pairing = await call.client().getPairing({ id, past: phase })
  for (let asks = 1; pairing.phase === phase && asks < MOST_ASKS && !call.io.signal.aborted; asks++)
    pairing = await call.client().getPairing({ id, past: phase })
  return pairing
}

function over({ why, phase }: NodePairing): ClientFault {
  const message = `The machines did not come to trust each other: ${why ?? 'nobody has finished it in time'}.`
  return new ClientFault(409, { code: 'node.pairing-phase', message, details: { phase } })
}

async function nodes(call: Call): Promise<Outcome> {
  const list = await call.client().listNodes()
  if (list.length === 0)
    return { data: list, text: () => 'This machine is alone. `tutti invite` lets another one join.' }
  const upgrade = await lastUpgrade(call)
  const told = new Map(upgrade?.members.map(({ node, phase, why }) => [node, { phase, why }]))
  const data = list.map((node) => Object.assign({}, node, { upgrade: told.get(node.id) ?? null }))
  return { data, text: (page) => table(page, columns(page, upgrade), list) }
}

/** A daemon of an earlier version knows of none, and a token may be without that scope: the list is worth showing without it. */
async function lastUpgrade(call: Call): Promise<FleetUpgrade | null> {
  try {
    return await call.client().getRoomUpgrade({})
  } catch (error) {
    if (error instanceof ClientFault && WITHOUT.has(error.code)) return null
    throw error
  }
}

const WITHOUT: ReadonlySet<string> = new Set(['route.unknown', 'auth.scope', 'auth.forbidden'])

const columns = (page: Page, upgrade: FleetUpgrade | null): Column<MeshNode>[] => [
  { title: 'MACHINE', cell: ({ name }) => name },
  {
    title: 'LINK',
    cell: (node) => ({ text: linkText(node, page), ink: node.link === 'away' ? 'yellow' : 'green' }),
  },
  { title: 'AGENTS', cell: ({ agents }) => String(agents) },
  { title: 'LATENCY', cell: ({ latencyMs }) => (latencyMs === null ? '' : `${latencyMs} ms`) },
  { title: 'CLOCK', cell: ({ skewMs }) => clockText(skewMs) },
  { title: 'VERSION', cell: ({ version }) => version },
  ...(upgrade ? [upgradeColumn(upgrade)] : []),
  { title: 'MAIL', cell: ({ waiting }) => (waiting === 0 ? '' : `${counted(waiting, 'message')} waiting`) },
  { title: 'ID', cell: ({ id }) => ({ text: id, ink: 'dim' }), least: 8 },
]

/** The last upgrade of the room: what failed or returned says why. */
const upgradeColumn = ({ version, members }: FleetUpgrade): Column<MeshNode> => ({
  title: 'UPGRADE',
  cell({ id }) {
    const { phase = '', why = '' } = members.find(({ node }) => node === id) ?? {}
    if (phase === 'failed' || phase === 'returned') return { text: `${version} ${phase}: ${why}`, ink: 'red' }
    return phase === '' ? '' : `${version} ${phase}`
  },
})

function linkText({ link, since }: MeshNode, { now }: Page): string {
  if (link === 'self') return 'this machine'
  return link === 'away' && since !== null ? `away since ${relativeTime(since, now)}` : link
}

/** A difference that mail and logs do not show is none. */
const CLOCK_MS = 1000

function clockText(skewMs: number | null): string {
  if (skewMs === null) return ''
  if (Math.abs(skewMs) < CLOCK_MS) return 'same'
  return `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}`
}
