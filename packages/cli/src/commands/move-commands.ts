// Moving an agent to another machine of the room, with how far it is.
import { ClientFault } from '@tutti/client'
import { hasMoveEnded, type AgentMove } from '@tutti/core'
import { onOff, text, type Call, type Command, type Outcome } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { agentNamed, nodeId } from '../naming.ts'
import { working } from '../progress.ts'
import { size } from '../words.ts'

export const moveCommands: Command[] = [
  {
    words: 'move',
    says: 'Move an agent to another machine: key, mailbox, conversation and working copy',
    args: [{ name: 'agent', completes: 'agent' }],
    flags: [
      text('to', 'the machine, by its name in `tutti nodes`'),
      onOff('working-copy', 'take the git working copy along (it does; --no-working-copy leaves it)'),
      onOff('cancel', 'call the move off, which is possible until it is handed over'),
      onOff('wait', 'wait until it is there (it does; --no-wait only begins it)'),
    ],
    run: move,
  },
]

async function move(call: Call): Promise<Outcome> {
  const { id: agent, name } = await agentNamed(call.client(), call.need('agent'))
  if (call.on('cancel')) {
    const cancelled = await call.client().cancelMove({ agent })
    return { data: cancelled, text: () => `${name} stays here.` }
  }
  const wanted = call.text('to')
  if (wanted === undefined) throw new UsageError('Say where to: --to MACHINE')
  const to = await nodeId(call.client(), wanted)
  const workingCopy = call.on('working-copy') === false ? 'none' : 'bundle'
  const begun = await call.client().moveAgent({ agent, to, workingCopy })
  if (call.on('wait') === false) return { data: begun, text: () => said(begun) }
  const end = await followed(call, begun)
  if (end.phase === 'failed' || end.phase === 'cancelled')
    throw new ClientFault(409, {
      code: 'move.refused',
      message: said(end).replace(/\.*$/, '.'),
      details: { phase: end.phase },
    })
  return { data: end, text: () => said(end) }
}

const LABELS: Partial<Record<AgentMove['phase'], string>> = {
  packing: 'Packing',
  sending: 'Sending',
  'handing-over': 'Handing over',
}

/** Each question waits at the daemon until the phase is another one; a machine that is away keeps it waiting. */
async function followed(call: Call, begun: AgentMove): Promise<AgentMove> {
  let at = begun
  while (!hasMoveEnded(at) && !call.io.signal.aborted) {
    const label = `${LABELS[at.phase] ?? at.phase} ${at.name}${at.sizeBytes > 0 ? `, ${size(at.sizeBytes)}` : ''}`
    at = await working(call.io, label, call.client().getMove({ agent: at.agent, past: at.phase }))
  }
  return at
}

function said({ name, nodeName, phase, why }: AgentMove): string {
  if (phase === 'done') return `${name} lives on ${nodeName} now`
  if (phase === 'failed' || phase === 'cancelled') return `${name} did not move to ${nodeName}: ${why}`
  return `${name} is on its way to ${nodeName} (${phase})`
}
