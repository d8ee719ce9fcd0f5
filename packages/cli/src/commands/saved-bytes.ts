// What answers with bytes goes to a file or a pipe, never into a terminal.
import { isAbsolute, join } from 'node:path'
import { text, type Call, type Flag, type Outcome } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { size } from '../words.ts'

export const OUTPUT: Flag = text('output', 'the file to write; without it the bytes go to stdout', {
  short: 'o',
})

/** Saves the answer where --output says. */
export async function saved(call: Call, answer: Response): Promise<Outcome> {
  const path = call.text('output')
  if (path === undefined && (call.io.outTty || call.json)) {
    await answer.body?.cancel()
    throw new UsageError('Say with --output FILE where to save it.')
  }
  if (path === undefined) {
    call.io.outBytes(new Uint8Array(await answer.arrayBuffer()))
    return { data: null, text: () => '' }
  }
  const whole = isAbsolute(path) ? path : join(call.io.cwd, path)
  const sizeBytes = await saveBody(call.io, whole, answer)
  return {
    data: { path: whole, sizeBytes },
    text: () => `Saved ${whole} (${size(sizeBytes)}).`,
  }
}

/** Writes the body as it comes, so that a large one takes no memory; answers its bytes. */
export async function saveBody(io: Io, path: string, { body }: Response): Promise<number> {
  let sizeBytes = 0
  async function* counted() {
    for await (const chunk of body ?? []) {
      sizeBytes += chunk.byteLength
      yield chunk
    }
  }
  await io.writeFile(path, counted())
  return sizeBytes
}
