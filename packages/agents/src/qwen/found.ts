// Which conversations of Qwen Code have gone on in a folder, for one that somebody else started.
import { basename, dirname } from 'node:path'
import { changedSince } from '../changed-files.ts'
import type { FoundPlace } from '../kit.ts'
import { chatPath } from './chat.ts'

const ENDING = '.jsonl'

export async function sessionsSince({ home, env, folder, since }: FoundPlace): Promise<readonly string[]> {
  const chats = dirname(chatPath(home, env, { folder, session: 'any' }))
  return (await changedSince(chats, ENDING, since)).map((path) => basename(path, ENDING))
}
