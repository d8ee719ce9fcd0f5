// Parts that hold a line for each thing, such as a mailbox; a line is one JSON text.
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** The longest line that any part has; a longer one is no part of ours. */
const LINE_LENGTH = 4 * 1024 * 1024

export async function* linesOf(path: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
  for await (const line of lines) {
    if (line.length > LINE_LENGTH) throw new Error('a line is too long')
    if (line !== '') yield line
  }
}

export const allLines = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
