// Reads a request's body up to the limit and no further.
import type { IncomingMessage } from 'node:http'
import { fault } from '@tutti/core'
import { BODY_LIMIT_BYTES, tooLarge } from './media-type.ts'

/** The whole body; throws input.too-large as soon as it is too long, announced or not. */
export function readBody(
  message: IncomingMessage,
  limitBytes: number = BODY_LIMIT_BYTES,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const stop = () => {
      message.off('data', take).off('end', end).off('error', broken).off('close', broken)
    }
    const take = (chunk: Buffer) => {
      length += chunk.byteLength
      if (length > limitBytes) {
        stop()
        // The rest is thrown away as it comes, so that the caller can read the answer.
        message.resume()
        reject(tooLarge(limitBytes))
        return
      }
      chunks.push(chunk)
    }
    const end = () => {
      stop()
      resolve(Buffer.concat(chunks, length))
    }
    const broken = () => {
      stop()
      reject(fault('input.malformed', { problem: 'it broke off' }))
    }
    message.on('data', take).on('end', end).on('error', broken).on('close', broken)
    if (message.readableEnded) end()
  })
}
