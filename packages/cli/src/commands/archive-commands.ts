// Agents as encrypted files: `tutti export` writes one, `tutti import` takes one in. The passphrase comes from a file or
// from TUTTI_PASSPHRASE, never from the command line, where others of the machine could read it.
import { isAbsolute, join } from 'node:path'
import { onOff, text, type Call, type Command, type Outcome } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { agentNamed, nodeId } from '../naming.ts'
import { working } from '../progress.ts'
import { size } from '../words.ts'
import { saveBody } from './saved-bytes.ts'

const PASSPHRASE = text('passphrase-file', 'the file that holds the passphrase')

export const archiveCommands: Command[] = [
  {
    words: 'export',
    says: 'Write an agent into an encrypted file: key, mailbox, conversation and working copy',
    args: [{ name: 'agent', completes: 'agent' }, { name: 'file' }],
    flags: [
      PASSPHRASE,
      text('for', 'the one machine that can open it, by its name in `tutti nodes` or its id'),
      onOff('working-copy', 'take the git working copy along (it does; --no-working-copy leaves it)'),
    ],
    run: exportAgent,
  },
  {
    words: 'import',
    says: 'Make the agent of an encrypted file live here; nothing of it is started',
    args: [{ name: 'file' }],
    flags: [PASSPHRASE, text('name', 'in place of its own name')],
    run: importAgent,
  },
]

const whole = (call: Call, path: string): string => (isAbsolute(path) ? path : join(call.io.cwd, path))

/** Without the end of the line that editors leave. */
function passphraseOf(call: Call): string | undefined {
  const file = call.text('passphrase-file')
  if (file === undefined) return call.io.env['TUTTI_PASSPHRASE']
  const text = call.io.readFile(whole(call, file))
  if (text === null) throw new UsageError(`There is no file ${file}.`)
  return text.replace(/\r?\n$/, '')
}

async function exportAgent(call: Call): Promise<Outcome> {
  const { id: agent, name } = await agentNamed(call.client(), call.need('agent'))
  const wanted = call.text('for')
  const passphrase = passphraseOf(call)
  if ((wanted === undefined) === (passphrase === undefined))
    throw new UsageError('Say what opens it: --passphrase-file FILE (or TUTTI_PASSPHRASE), or --for MACHINE.')
  const lock = wanted === undefined ? { passphrase } : { recipient: await nodeId(call.client(), wanted) }
  const workingCopy = call.on('working-copy') === false ? 'none' : 'bundle'
  const client = call.client()
  const made = await working(call.io, `Packing ${name}`, client.exportAgent({ agent, workingCopy, ...lock }))
  const path = whole(call, call.need('file'))
  const sizeBytes = await saveBody(call.io, path, await client.getArchive({ id: made.id }))
  await client.removeArchive({ id: made.id })
  return {
    data: { path, sizeBytes },
    text: () => `${name} is in ${path} (${size(sizeBytes)}). It lives on here.`,
  }
}

async function importAgent(call: Call): Promise<Outcome> {
  const file = whole(call, call.need('file'))
  const bytes = call.io.readBytes(file)
  if (bytes === null) throw new UsageError(`There is no file ${file}.`)
  const client = call.client()
  const { id } = await working(call.io, 'Bringing it', client.uploadArchive({}, { body: bytes }))
  const [passphrase, name] = [passphraseOf(call), call.text('name')]
  try {
    const given = {
      id,
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(name === undefined ? {} : { name }),
    }
    const agent = await working(call.io, 'Checking all of it', client.importAgent(given))
    return {
      data: agent,
      text: () =>
        `${agent.name} lives here now, in ${agent.folder}. \`tutti agents wake ${agent.name}\` starts it.`,
    }
  } finally {
    await client.removeArchive({ id })
  }
}
