// What reads or writes files of its own: for people at this machine, not for a question over the network.
import { readFileSync } from 'node:fs'
import type { CodeMap } from './code-map.ts'
import type { Answer } from './commands.ts'
import { COMPILER_VERSION, openCompiler } from './compiler/compiler.ts'
import { confirmCalls } from './compiler/confirm.ts'
import { createGit } from './git.ts'
import { intoFolder, writeSite } from './questions/site.ts'
import { readSchema, schemaSql } from './schema.ts'
import { importScip } from './scip-import.ts'

/** `given` is an absolute path, or the address of a database. */
export type LocalCommand = (map: CodeMap, given: string) => Answer | Promise<Answer>

export const LOCAL_COMMANDS: Readonly<Record<string, LocalCommand>> = {
  exact: async (map, config) => {
    map.index()
    const compiler = await openCompiler(map.root, config)
    if (!compiler) {
      const text = `TypeScript ${COMPILER_VERSION} is not installed, or ${config} is no project of it.`
      return { data: { isOpen: false }, text }
    }
    try {
      const data = confirmCalls(map, compiler)
      return { data: { isOpen: true, ...data }, text: wordsOf(data) }
    } finally {
      compiler.close()
    }
  },
  export: (map, folder) => {
    map.index()
    const pages = writeSite(map, intoFolder(folder), createGit(map.root))
    return { data: { pages, folder }, text: `${pages} pages in ${folder}` }
  },
  scip: (map, file) => {
    map.index()
    const data = importScip(map, readFileSync(file))
    return { data, text: wordsOf(data) }
  },
  schema: (_, url) => {
    const sql = schemaSql(readSchema(url, { env: process.env }))
    return { data: { sql }, text: sql }
  },
}

const wordsOf = (counts: object): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ')
