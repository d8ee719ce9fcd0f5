// Codex finds a conversation by the day and the id in the path of its file, whatever its folder.
import { join } from 'node:path'
import { fileLuggage } from '../luggage.ts'

const BELOW = /(?:^|\/)sessions\/(?<day>\d{4}\/\d{2}\/\d{2})\/(?<name>rollout-[A-Za-z0-9._-]+\.jsonl)$/

export const luggage = fileLuggage(['CODEX_HOME'], ({ home, env, origin, session }) => {
  const { day, name } = BELOW.exec(origin)?.groups ?? {}
  if (day === undefined || name === undefined || !name.includes(session)) return null
  return join(env['CODEX_HOME'] ?? join(home, '.codex'), 'sessions', day, name)
})
