// Finds the chat file of a session: by the folder's name in the program's own list, and the id in the file's first line.
import { open, readdir, readFile } from 'node:fs/promises'
import { fieldsOf, parsed, textOf } from '../foreign.ts'

export interface ChatPlace {
  /** The program's own folder, such as `/home/ada/.gemini`. */
  home: string
  folder: string
  session: string
}

const HEAD_BYTES = 1024

export const geminiHome = (home: string, env: Readonly<Record<string, string>>): string =>
  `${env['GEMINI_CLI_HOME'] ?? home}/.gemini`

/** The folder in which it will be; null while the program has not named one. */
export async function chatFolder({ home, folder }: ChatPlace): Promise<string | null> {
  const list = fieldsOf(parsed(await readFile(`${home}/projects.json`, 'utf8').catch(() => '')))
  const name = textOf(fieldsOf(list['projects'])[folder])
  // A name that leads elsewhere is none.
  return /^[\w.-]+$/.test(name) && !name.startsWith('..') ? `${home}/tmp/${name}/chats` : null
}

/** The newest file of the session there; null while there is none. */
export async function chatFile(chats: string, session: string): Promise<string | null> {
  const ending = `-${session.slice(0, 8)}.jsonl`
  const names = await readdir(chats).catch(() => [])
  for (const name of names
    .filter((found) => found.endsWith(ending))
    .toSorted()
    .reverse()) {
    const path = `${chats}/${name}`
    if ((await sessionOf(path)) === session) return path
  }
  return null
}

async function sessionOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n')
    return textOf(fieldsOf(parsed(line))['sessionId'])
  } finally {
    await file.close()
  }
}
