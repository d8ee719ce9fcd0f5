// Conversations that are one file each: how such a file goes along, and comes to its place under a new folder.
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Arrival, Luggage } from './kit.ts'

/** `placeOf` answers null for a conversation that its program would not find here. */
export const fileLuggage = (
  variables: readonly string[],
  placeOf: (to: Arrival) => string | null,
): Luggage => ({
  variables,
  async pack({ transcript }, file) {
    if (!transcript.endsWith('.jsonl') || !(await isFile(transcript))) return false
    // What a program says can go on being written while it ends: a copy is one state of it.
    await copyFile(transcript, file)
    return true
  },
  async unpack(file, to) {
    const path = placeOf(to)
    if (path === null || (!to.isOwn && (await isFile(path)))) return null
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await replaceFile(path, (draft) => copyFile(file, draft))
    return path
  },
})

/** Whole or not at all. */
export async function replaceFile(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.new`
  try {
    await write(draft)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

export const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() ?? false

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
