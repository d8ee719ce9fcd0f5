// The map at a command line of its own, without the daemon: `node packages/knowledge/src/main.ts index .`, `… impact FILE:SYMBOL`.
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Fault } from '@tutti/core'
import { COMMANDS, usage } from './code/commands.ts'
import { openCodeMap } from './code/code-map.ts'
import { createGit } from './code/git.ts'
import { createRelief } from './code/relief.ts'
import { extractors } from './code/extractors.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    root: { type: 'string', default: '.' },
    database: { type: 'string' },
    depth: { type: 'string' },
    tokens: { type: 'string' },
  },
})

const [name = '', ...args] = positionals
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (!command) {
  process.stderr.write(usage())
  process.exit(2)
}

const root = resolve(name === 'index' ? (args[0] ?? values.root) : values.root)
const map = openCodeMap({
  root,
  database: values.database ?? defaultDatabase(),
  extractors: await extractors(root),
  relieve: createRelief(),
})
try {
  if (name !== 'index') map.index()
  const answer = command.run(map, args, {
    depth: Number(values.depth ?? 5),
    tokens: Number(values.tokens ?? 4000),
    git: createGit(root),
  })
  process.stdout.write(values.json ? `${JSON.stringify(answer.data)}\n` : `${answer.text}\n`)
} catch (error) {
  if (!(error instanceof Fault)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  map.close()
}

function defaultDatabase(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tutti')
  mkdirSync(folder, { recursive: true })
  return join(folder, 'code-map.db')
}
