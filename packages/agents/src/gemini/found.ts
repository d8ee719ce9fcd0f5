// Which conversations of Gemini CLI have gone on in a folder, for one that somebody else started.
import { changedSince } from '../changed-files.ts'
import type { FoundPlace } from '../kit.ts'
import { chatFolder, geminiHome, headOf } from './chat-file.ts'

export async function sessionsSince({ home, env, folder, since }: FoundPlace): Promise<readonly string[]> {
  const chats = await chatFolder({ home: geminiHome(home, env), folder, session: '' })
  if (chats === null) return []
  const heads = await Promise.all((await changedSince(chats, '.jsonl', since)).map(headOf))
  // A session that goes on leaves a stub beside it, with the same id.
  return [...new Set(heads.map(({ session }) => session).filter((session) => session !== ''))]
}
