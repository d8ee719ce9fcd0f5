// Pictures and recordings of agents elsewhere: what an operation answers as bytes, as a value that goes over a link and back.
import { fault, type Bytes, type OperationName } from '@tutti/core'
import { z } from 'zod'
import type { Context } from '../handler.ts'

/** What may come in this way, each by the only types that it may have: it is shown as a page's own. */
const TYPES: Partial<Record<OperationName, RegExp>> = {
  getAvatar: /^image\/(?:png|jpeg|webp)$/,
  getRecording: /^application\/x-asciicast$/,
}

// As base64 it stays below what an answer may have.
const LIMIT_BYTES = 11 * 1024 * 1024

const Boxed = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,200}$/),
  type: z.string().max(100).optional(),
  content: z.base64().max(LIMIT_BYTES * 1.4),
})
type Boxed = z.infer<typeof Boxed>

export const isCarried = (name: OperationName): boolean => TYPES[name] !== undefined

/** Throws node.remote for what does not fit into one answer. */
export async function boxed(output: Bytes): Promise<Boxed> {
  const content = Buffer.from(await contentOf(output)).toString('base64')
  const { name, type } = output
  return type === undefined ? { name, content } : { name, type, content }
}

async function contentOf({ body, name }: Bytes): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > LIMIT_BYTES)
      throw fault('node.remote', { name, problem: 'it is larger than 11 MB; save it there' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The content with a type that it may have here; throws node.remote for anything else. */
export function unboxed(
  answer: unknown,
  { operation, label, context }: { operation: OperationName; label: string; context: Context },
): Bytes {
  const { data } = Boxed.safeParse(answer)
  const isFit = data && (data.type === undefined || TYPES[operation]?.test(data.type))
  if (!isFit) throw fault('node.remote', { name: label, problem: 'what it sent is not what was asked for' })
  // Whatever it is, it can do nothing but be shown.
  context.header('Content-Security-Policy', "default-src 'none'; sandbox")
  context.header('X-Content-Type-Options', 'nosniff')
  context.header('Cache-Control', 'private, max-age=300')
  const { name, type, content } = data
  const body = new Uint8Array(Buffer.from(content, 'base64'))
  return type === undefined ? { body, name } : { body, name, type }
}
