// The commands that follow from the operations table alone: every row with a `cli` entry is one.
import type { Client } from '@tutti/client'
import { operation, operationNames, type OperationName } from '@tutti/core'
import { text, type Call, type Command, type Outcome } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { argumentsOf, fieldsOf, flagsOf, inputFrom, type Field } from '../input-fields.ts'
import { agentId, agentsElsewhere, nodeId, userId, type Among } from '../naming.ts'
import { working } from '../progress.ts'
import { saved, OUTPUT } from './saved-bytes.ts'

type Input = Record<string, unknown>

/** A row as its table row says; `prepare` may complete what was typed. */
export function tableCommand(name: OperationName, prepare?: (input: Input, call: Call) => Input): Command {
  const row = operation(name)
  // One command of 250 is run: only its fields are worked out.
  let known: Field[] | null = null
  const fields = () => (known ??= fieldsOf(row))
  return {
    words: row.cli?.words ?? name,
    says: row.says,
    get args() {
      return argumentsOf(row, fields())
    },
    get flags() {
      return [
        ...flagsOf(row, prepare ? optional(fields()) : fields()),
        ...(row.versioned ? [text('if-version', 'refuse when it is at another version by now')] : []),
        ...(row.bytes ? [OUTPUT] : []),
      ]
    },
    run: async (call) => {
      const typed = inputFrom(call, prepare ? optional(fields()) : fields())
      const whole = prepare ? prepare(typed, call) : typed
      const among = AMONG[name] ?? 'living'
      const input = await withIds(call.client(), { fields: fields(), among }, whole)
      return outcomeOf(call, name, input)
    },
  }
}

/** All of them. */
export const tableCommands = (): Command[] =>
  operationNames().flatMap((name) => (operation(name).cli ? [tableCommand(name)] : []))

// What `prepare` fills in is not missing.
function optional(fields: readonly Field[]): Field[] {
  return fields.map((field) => Object.assign({}, field, { required: false }))
}

// Only deleted agents can be undeleted or purged, so only they are meant.
const AMONG: Partial<Record<OperationName, Among>> = { undeleteAgent: 'deleted', purgeAgent: 'deleted' }

const IDS = { agent: agentId, user: userId, node: nodeId }

async function withIds(
  client: Client,
  { fields, among }: { fields: readonly Field[]; among: Among },
  input: Input,
): Promise<Input> {
  const replaced: Input = { ...input }
  for (const { names, path } of fields) {
    const [key = ''] = path
    const value = input[key]
    if (!names || value === undefined) continue
    const one = (name: unknown) => IDS[names](client, String(name), among)
    replaced[key] = Array.isArray(value) ? await Promise.all(value.map(one)) : await one(value)
  }
  return replaced
}

/** Calls the operation by its name; for the table's commands and `tutti api`. */
export async function outcomeOf(call: Call, name: OperationName, input: Input): Promise<Outcome> {
  const row = operation(name)
  const client = call.client()
  const options = row.versioned ? { version: await versionOf(call, name, input) } : {}
  // One door for any operation by name: the server checks the input by the same table.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const send = client[name] as (given: Input, options: object) => Promise<unknown>
  const answer = await working(call.io, row.says, send(input, options))
  if (!row.bytes) return { data: answer }
  // The client's method of such a row answers with the response itself.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return saved(call, answer as Response)
}

/** The version to send: as given, or as it is now. */
async function versionOf(call: Call, name: OperationName, input: Input): Promise<number> {
  const given = call.text('if-version')
  if (given !== undefined) {
    if (!/^\d+$/.test(given))
      throw new UsageError(`--if-version expects a number, got ${JSON.stringify(given)}.`)
    return Number(given)
  }
  const client = call.client()
  if (name === 'updateSettings') return (await client.getSettings()).version
  const list = name === 'updateUser' ? await client.listUsers() : await client.listAgents({})
  const known = list.find((one) => one.id === input.id)
  if (known) return known.version
  const elsewhere = name === 'updateUser' ? [] : await agentsElsewhere(client)
  return elsewhere.find((one) => one.id === input.id)?.version ?? 0
}
