// kill -9 of the machine that gets a file of 25 MB, in the middle of it: the rest comes after its restart, and not the whole again.
// Starts processes for some seconds, so that it runs with TUTTI_MESH_KILLS=1 only.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttachedFile, Message } from '@tutti/core'
import { expect, test } from 'vitest'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, startMachine } from './mesh-machine.ts'
import { bearer } from './room.ts'
import { aWire, freePort } from './wire.ts'

const isAsked = process.env['TUTTI_MESH_KILLS'] === '1'
if (!isAsked) process.stdout.write('mesh-file-kill: skipped, it kills processes; TUTTI_MESH_KILLS=1\n')

const MB = 1024 * 1024
const SIZE = 25 * MB
/** What mail, the directory and the handshake may take of the wire beside the file. */
const BESIDE = 2 * MB

const partSize = (folder: string): number => {
  try {
    const parts = join(folder, 'data', 'mesh-files')
    return readdirSync(parts).reduce((sum, name) => sum + statSync(join(parts, name)).size, 0)
  } catch {
    return 0 // nothing has come yet
  }
}

test.skipIf(!isAsked)(
  'a file of 25 MB goes on after a kill from where it was',
  { timeout: 120_000 },
  async () => {
    const [port, hidden] = [await freePort(), await freePort()]
    const wire = await aWire(port)
    // The mortal one is reached by nobody, so that all goes over the wire.
    const folder = mkdtempSync(join(tmpdir(), 'tutti-file-kill-'))
    const attic = await openMachine({ name: 'Attic', peerPort: port, peerNames: [`127.0.0.1:${wire.port}`] })
    await anOwner(attic)
    const start = () =>
      startMachine({ folder, name: 'mortal', agent: 'reader', peerNames: `127.0.0.1:${hidden}` })
    let mortal = await start()
    try {
      await pair(attic, mortal)
      await linked(attic, 'mortal')
      const content = Buffer.alloc(SIZE)
      for (let at = 0; at < SIZE; at += 32) createHash('sha256').update(`${at}`).digest().copy(content, at)
      const uploaded = await attic.ask('/v1/mail/attachments?name=image.bin', {
        method: 'POST',
        headers: { ...bearer(attic.localToken), 'Content-Type': 'application/octet-stream' },
        body: content,
      })
      const file = uploaded.json as AttachedFile
      await eventually(() =>
        attic
          .call<{ messages: Message[] }>('sendMessage', {
            to: 'reader@mortal',
            text: 'Big',
            attachments: [file.id],
          })
          .catch(() => null),
      )
      await eventually(() => Promise.resolve(partSize(folder) > 4 * MB))
      await mortal.kill()
      const before = partSize(folder)
      const passed = wire.passed()
      expect(before).toBeLessThan(SIZE)

      mortal = await start()
      const [message] = await eventually(async () => {
        const inbox = await inboxOf(mortal, mortal.agentId)
        return inbox[0]?.attachments.length === 1 && inbox
      })
      expect(message?.attachments).toMatchObject([{ digest: file.digest, sizeBytes: SIZE }])
      process.stdout.write(
        `mesh-file-kill: ${(before / MB).toFixed(1)} MB were there, ${((wire.passed() - passed) / MB).toFixed(1)} MB came after it\n`,
      )
      expect(wire.passed() - passed).toBeLessThan(SIZE - before + BESIDE)
      expect(partSize(folder)).toBe(0)
    } finally {
      await mortal.kill()
      await attic.close()
      wire.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
