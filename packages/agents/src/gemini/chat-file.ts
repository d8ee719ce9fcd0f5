// Finds the chat file of a session: by the folder's name in the program's own list, and the id in the file's first line.
import { open, readdir, readFile } from 'node:fs/promises'
import { fieldsOf, parsed, textOf, type Fields } from '../foreign.ts'

export interface ChatPlace {
  /** The program's own folder, such as `/home/ada/.gemini`. */
  home: string
  folder: string
  session: string
}

const HEAD_BYTES = 1024

export const geminiHome = (home: string, env: Readonly<Record<string, string>>): string =>
  `${env['GEMINI_CLI_HOME'] ?? home}/.gemini`

/** The names that the program has given to folders. */
export const projectNames = async (home: string): Promise<Fields> =>
  fieldsOf(fieldsOf(parsed(await readFile(`${home}/projects.json`, 'utf8').catch(() => '')))['projects'])

/** The folder in which it will be; null while the program has not named one. */
export async function chatFolder({ home, folder }: ChatPlace): Promise<string | null> {
  const name = textOf((await projectNames(home))[folder])
  // A name that leads elsewhere is none.
  return /^[\w.-]+$/.test(name) && !name.startsWith('..') ? `${home}/tmp/${name}/chats` : null
}

/**
 * The file of the session there; null while there is none. A session that goes on leaves a stub beside it: the largest is it.
 * Another start in the folder may remove the file of one that runs, which then writes on without a first line: its name tells.
 */
export async function chatFile(chats: string, session: string): Promise<string | null> {
  const ending = `-${session.slice(0, 8)}.jsonl`
  const names = await readdir(chats).catch(() => [])
  const paths = names.filter((name) => name.endsWith(ending)).map((name) => `${chats}/${name}`)
  const found = await Promise.all(paths.map(headOf))
  const named = found.filter((file) => file.session === session)
  const own = named.length > 0 ? named : found.filter((file) => file.session === '' && file.size > 0)
  return own.toSorted((one, other) => other.size - one.size)[0]?.path ?? null
}

/** The session that the first line of a file names, and how large the file is. */
export async function headOf(path: string): Promise<{ path: string; session: string; size: number }> {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return { path, session: '', size: 0 }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n')
    const { size } = await file.stat()
    return { path, session: textOf(fieldsOf(parsed(line))['sessionId']), size }
  } finally {
    await file.close()
  }
}
