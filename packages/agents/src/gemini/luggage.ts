// Gemini CLI keeps a conversation below a folder of its own for each project, which it knows again by a mark that names the
// project: a folder with such a mark is taken up as if the program had made it, so that its list of projects is left alone.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fieldsOf, parsed, textOf } from '../foreign.ts'
import type { Arrival, Luggage } from '../kit.ts'
import { isFile, replaceFile, UUID } from '../luggage.ts'
import { chatFile, chatFolder, geminiHome, projectNames } from './chat-file.ts'

const MARK = '.project_root'
const NAME = /^session-[0-9TZ-]{1,40}-[0-9a-f]{8}\.jsonl$/

export const luggage: Luggage = {
  variables: ['GEMINI_CLI_HOME'],
  async pack({ transcript }, file) {
    if (!NAME.test(basename(transcript)) || !(await isFile(transcript))) return false
    await copyFile(transcript, file)
    return true
  },
  async unpack(file, to) {
    const name = basename(to.origin)
    if (!UUID.test(to.session) || !NAME.test(name) || !name.endsWith(`-${to.session.slice(0, 8)}.jsonl`))
      return null
    const chats = await chatsFor(to)
    const known = await chatFile(chats, to.session)
    const path = known ?? join(chats, name)
    if (!to.isOwn && (known !== null || (await isFile(path)))) return null
    await mkdir(chats, { recursive: true, mode: 0o700 })
    await replaceFile(path, (draft) => pipeline(Readable.from(linesFor(file, to)), createWriteStream(draft)))
    return path
  },
}

/** The folder of chats of a project: the one that it has, or a new one with its mark. */
async function chatsFor({ home, env, folder, session }: Arrival): Promise<string> {
  const own = geminiHome(home, env)
  const known = await chatFolder({ home: own, folder, session })
  if (known !== null) return known
  const base = (basename(folder) || 'project')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  const taken = new Set(await readdir(join(own, 'tmp')).catch(() => []))
  const listed = new Set(Object.values(await projectNames(own)))
  for (let n = 0; ; n++) {
    const name = n === 0 ? base || 'project' : `${base || 'project'}-${n}`
    if (taken.has(name) || listed.has(name)) continue
    await mkdir(join(own, 'tmp', name), { recursive: true, mode: 0o700 })
    await writeFile(join(own, 'tmp', name, MARK), folder)
    return join(own, 'tmp', name, 'chats')
  }
}

/** The first line names the project by a hash of its folder; the rest is as it was. */
async function* linesFor(file: string, { folder, session }: Arrival): AsyncGenerator<string> {
  let isFirst = true
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const head = isFirst ? fieldsOf(parsed(line)) : {}
    const isHead = textOf(head['sessionId']) !== ''
    yield `${isHead ? JSON.stringify({ ...head, sessionId: session, projectHash: hashOf(folder) }) : line}\n`
    isFirst = false
  }
}

const hashOf = (folder: string): string => createHash('sha256').update(folder).digest('hex')
