// What answers with bytes goes to a file or a pipe, never into a terminal.
import { isAbsolute, join } from 'node:path'
import { text, type Call, type Flag, type Outcome } from '../command.ts'
import { UsageError } from '../exit-code.ts'
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
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (path === undefined) {
    call.io.outBytes(bytes)
    return { data: null, text: () => '' }
  }
  const whole = isAbsolute(path) ? path : join(call.io.cwd, path)
  await call.io.writeFile(whole, bytes)
  return {
    data: { path: whole, sizeBytes: bytes.byteLength },
    text: () => `Saved ${whole} (${size(bytes.byteLength)}).`,
  }
}
