// The map at a command line of its own, without the daemon: `node packages/knowledge/src/main.ts index .`, `… impact FILE:SYMBOL`.
import { mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Fault } from '@tutti/core'
import { COMMANDS, usage } from './code/commands.ts'
import { openCodeMap, type CodeMap } from './code/code-map.ts'
import { createGit } from './code/git.ts'
import { COMPILER_VERSION, openCompiler } from './code/compiler/compiler.ts'
import { confirmCalls } from './code/compiler/confirm.ts'
import { writeSite } from './code/questions/site.ts'
import { createRelief } from './code/relief.ts'
import { readSchema, schemaSql } from './code/schema.ts'
import { importScip } from './code/scip-import.ts'
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
const isLocal = ['exact', 'export', 'scip', 'schema'].includes(name)
if (!command && !(isLocal && args[0])) {
  process.stderr.write(usage())
  process.exit(2)
}

// These write or read files of their own: for people at this machine, not for a question over the network.
const LOCAL: Record<string, (map: CodeMap, path: string) => string | Promise<string>> = {
  exact: async (map, config) => {
    const compiler = await openCompiler(map.root, resolve(config))
    if (!compiler) return `TypeScript ${COMPILER_VERSION} is not installed, or ${config} is no project of it`
    try {
      return JSON.stringify(confirmCalls(map, compiler))
    } finally {
      compiler.close()
    }
  },
  export: (map, folder) => `${writeSite(map, resolve(folder), createGit(map.root))} pages in ${folder}`,
  schema: (_, url) => schemaSql(readSchema(url, { env: process.env })),
  scip: (map, file) => JSON.stringify(importScip(map, readFileSync(file))),
}

const root = resolve(name === 'index' ? (args[0] ?? values.root) : values.root)
const map = openCodeMap({
  root,
  database: values.database ?? defaultDatabase(),
  extractors: await extractors(root),
  relieve: createRelief(),
})
try {
  if (name !== 'index' && name !== 'schema') map.index()
  const answer = command?.run(map, args, {
    depth: Number(values.depth ?? 5),
    tokens: Number(values.tokens ?? 4000),
    git: createGit(root),
  })
  if (answer) process.stdout.write(values.json ? `${JSON.stringify(answer.data)}\n` : `${answer.text}\n`)
  else process.stdout.write(`${await LOCAL[name]?.(map, args[0] ?? '')}\n`)
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
