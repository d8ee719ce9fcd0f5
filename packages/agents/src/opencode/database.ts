// Reads a past conversation out of OpenCode's own database, without ever writing to it.
import { DatabaseSync } from 'node:sqlite'
import { parsed } from '../foreign.ts'

// As many as a conversation keeps.
const MOST_MESSAGES = 2000

/** The messages of a session with their parts, as its HTTP gives them; null when there is no such database or it has other tables. */
export function messagesIn(path: string, session: string): readonly unknown[] | null {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(path, { readOnly: true })
    const rows = database
      .prepare(
        'SELECT id, data FROM message WHERE session_id = ? ORDER BY time_created DESC, id DESC LIMIT ?',
      )
      .all(session, MOST_MESSAGES)
      .reverse()
    const parts = database.prepare('SELECT id, data FROM part WHERE message_id = ? ORDER BY id')
    return rows.map((row) => {
      const id = String(row['id'])
      return {
        info: Object.assign({}, parsed(String(row['data'])), { id, sessionID: session }),
        parts: parts.all(id).map((part) => {
          const own = { id: part['id'], messageID: id, sessionID: session }
          return Object.assign({}, parsed(String(part['data'])), own)
        }),
      }
    })
  } catch {
    // No file, no such tables, or a database in use: the answer is that nothing can be read.
    return null
  } finally {
    database?.close()
  }
}

/** Where OpenCode keeps it. */
export function databasePath(home: string, env: Readonly<Record<string, string>>): string {
  return env['OPENCODE_DB'] ?? `${env['XDG_DATA_HOME'] ?? `${home}/.local/share`}/opencode/opencode.db`
}
