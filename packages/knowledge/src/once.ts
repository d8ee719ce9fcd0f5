// One question to the map without the daemon: a process of its own that the command line starts. The question is its argument,
// the answer one line of JSON.
import { mkdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, fault } from '@tutti/core'
import { withinTokens } from './code/budget.ts'
import { openCodeMap } from './code/code-map.ts'
import { createDesk, type Ask } from './code/desk.ts'
import { LOCAL_COMMANDS, type LocalCommand } from './code/local-commands.ts'
import { extractors } from './code/extractors.ts'
import { createRelief } from './code/relief.ts'
import { repositoryOf } from './repository.ts'

/** As the command line asks; it has checked the values. */
interface Question extends Omit<Ask, 'root' | 'database'> {
  /** An absolute path in the working copy. */
  folder: string
  /** Where the databases lie, one for each repository. */
  databases: string
}

const isQuestion = (value: unknown): value is Question =>
  typeof value === 'object' && value !== null && 'folder' in value && 'databases' in value

async function answer({ folder, databases, ...question }: Question) {
  const { root, key } = repositoryOf(realFolder(folder), [])
  mkdirSync(databases, { recursive: true, mode: 0o700 })
  const ask: Ask = { ...question, root, database: join(databases, `${key}.db`) }
  const local = Object.hasOwn(LOCAL_COMMANDS, ask.name) ? LOCAL_COMMANDS[ask.name] : undefined
  if (local) return { folder: root, ...(await localAnswer(ask, local)) }
  const desk = createDesk({ isBrief: true, changed: () => undefined, progress: () => undefined })
  try {
    return { folder: root, ...(await desk.answer(ask)) }
  } finally {
    desk.close()
  }
}

function realFolder(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw fault('folder.unknown', { path })
  return realpathSync(path)
}

async function localAnswer({ root, database, args, tokens }: Ask, run: LocalCommand) {
  const map = openCodeMap({ root, database, extractors: await extractors(root), relieve: createRelief() })
  try {
    const { data, text } = await run(map, args[0] ?? '')
    return { data, text: withinTokens(text, tokens) }
  } catch (error) {
    if (error instanceof Fault) throw error
    const problem = error instanceof Error ? error.message : String(error)
    throw fault('map.failed', { folder: root, problem }, error)
  } finally {
    map.close()
  }
}

const given: unknown = JSON.parse(process.argv[2] ?? 'null')
if (!isQuestion(given)) throw new Error('expected a question as JSON')
const reply = await answer(given).catch((error: unknown) => {
  if (!(error instanceof Fault)) throw error
  return { fault: { code: error.code, details: error.details } }
})
process.stdout.write(JSON.stringify(reply))
