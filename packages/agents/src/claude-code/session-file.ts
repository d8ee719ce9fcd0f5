// Claude Code's own word on what it does: a small file for each process, undocumented, so read only where it was proved.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isWithin } from '../version.ts'
import { parsed } from '../foreign.ts'

/** What the file says. `status` is as it stands there; only known values mean something. */
export interface VendorState {
  pid: number
  session: string
  version: string
  status: string
  waitingFor: string | null
  /** ms UTC of the last change of status. */
  at: number
}

export const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const File = z.object({
  pid: z.int(),
  sessionId: z.string().regex(SESSION_ID),
  version: z.string().max(100),
  status: z.string().max(100),
  waitingFor: z.string().max(200).optional(),
  statusUpdatedAt: z.int(),
})

// The file has 600 bytes; one that is far larger is another file.
const LARGEST_FILE = 64 * 1024

export type Reading =
  | { is: 'state'; state: VendorState }
  /** Being written at this moment, or not there yet: what was known still counts. */
  | { is: 'torn' }
  | { is: 'missing' }
  | { is: 'unproved'; version: string }

/** Reads the file of one process. Never rejects. */
export async function readSessionFile(
  path: string,
  pid: number,
  proved: { readonly from: string; readonly to: string },
): Promise<Reading> {
  const text = await contentOf(path)
  if (text === null) return { is: 'missing' }
  const { success, data } = File.safeParse(parsed(text))
  if (!success || data.pid !== pid) return { is: 'torn' }
  const { version, status, waitingFor = null, sessionId: session, statusUpdatedAt: at } = data
  if (!isWithin(version, proved)) return { is: 'unproved', version }
  return { is: 'state', state: { pid, session, version, status, waitingFor, at } }
}

async function contentOf(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, 'utf8')
    return text.length > LARGEST_FILE ? '' : text
  } catch {
    // A process without such a file is no session of this program, or has ended: nothing is known, and that is the answer.
    return null
  }
}
