// Remembers beside the sockets which session belongs to which agent, so that a new daemon finds them again.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '@tutti/core'
import type { ProcessId } from './process-id.ts'
import type { SessionPlace } from './session-view.ts'
import { titleMarksIn } from './title-mark.ts'

export interface SessionRecord extends SessionPlace {
  program: ProcessId
}

export interface SessionRecords {
  all(): Promise<SessionRecord[]>
  put(record: SessionRecord): Promise<void>
  remove(agentId: string): Promise<void>
  /** Where the agent's socket goes. */
  socketPath(agentId: string): Promise<string>
}

// sockaddr_un holds 108 bytes with the NUL on Linux and 104 on macOS.
const SOCKET_PATH_BYTES = 103

/** Keeps the records in `dir`, and sockets too unless its path is too long for one; those go to `shortDir`. */
export function createSessionRecords(dir: string, shortDir: string): SessionRecords {
  const path = (agentId: string) => join(dir, `${checked(agentId)}.json`)
  return {
    all: async () => {
      const names = (await readdir(dir)).filter((name) => name.endsWith('.json'))
      const records = await Promise.all(names.map((name) => read(join(dir, name))))
      return records.filter((record) => record !== undefined)
    },
    put: async (record) => {
      await write(path(record.agentId), JSON.stringify(record))
    },
    remove: (agentId) => rm(path(agentId), { force: true }),
    socketPath: async (agentId) => {
      const near = join(dir, `${checked(agentId)}.sock`)
      if (Buffer.byteLength(near) <= SOCKET_PATH_BYTES) return near
      await privateFolder(shortDir)
      await privateFolder(titleMarksIn(shortDir))
      // The same data folder and agent give the same name; two data folders never do.
      return join(shortDir, `${createHash('sha256').update(near).digest('hex').slice(0, 24)}.sock`)
    },
  }
}

/** Makes the folder if needed, and makes sure that nobody else can look into it. */
export async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const { mode, uid } = await stat(path)
  if ((mode & 0o077) === 0 && uid === (process.getuid?.() ?? uid)) return
  throw fault('terminal.failed', {
    problem: `the folder ${path} must belong to you and be closed to others (chmod 700)`,
  })
}

// Agent ids come from Tutti itself; this keeps a mistake from becoming a path.
function checked(agentId: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(agentId)) return agentId
  throw new Error('an agent id holds letters, digits, _ and - only')
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

async function read(path: string): Promise<SessionRecord | undefined> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'))
  return isRecord(value) ? value : undefined
}

const TEXTS = ['agentId', 'socketPath', 'sessionId', 'windowId', 'paneId'] as const

function isRecord(value: unknown): value is SessionRecord {
  if (typeof value !== 'object' || value === null || !('program' in value) || !('isAdopted' in value))
    return false
  const fields = new Map<string, unknown>(Object.entries(value))
  return TEXTS.every((name) => typeof fields.get(name) === 'string')
}
