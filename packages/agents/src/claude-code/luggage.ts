// Claude Code finds a conversation by its folder and its id.
import { join } from 'node:path'
import { fileLuggage, UUID } from '../luggage.ts'

export const luggage = fileLuggage(['CLAUDE_CONFIG_DIR'], ({ home, env, folder, session }) => {
  const config = env['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude')
  return UUID.test(session)
    ? join(config, 'projects', folder.replaceAll(/[^A-Za-z0-9]/g, '-'), `${session}.jsonl`)
    : null
})
