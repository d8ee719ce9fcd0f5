// Uploaded pictures: what is taken, how it is served, and when its file goes.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PNG, aContext, codeOf, useAgents } from './test-support.ts'

const t = useAgents()

describe('avatars', () => {
  test('a picture is served with its true type and can do nothing but be shown', async () => {
    const { id } = await t.create('a')
    await t.agents.handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext())

    const context = aContext()
    const { type, body } = await t.agents.handlers.getAvatar({ id }, context)

    expect(type).toBe('image/png')
    expect(Buffer.from(body as Uint8Array)).toEqual(PNG)
    expect(context.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(context.headers.get('Content-Security-Policy')).toContain('sandbox')
  })

  test('what is no picture, or too large a one, is refused and leaves no file', async () => {
    const { id } = await t.create('a')
    const wide = Buffer.from(PNG)
    wide.writeUInt32BE(60_000, 16)
    for (const bytes of [Buffer.from('<svg onload="alert(1)"/>'), PNG.subarray(0, 10), wide]) {
      const set = t.agents.handlers.setAvatar({ id, image: bytes.toString('base64') }, aContext())
      expect(await codeOf(Promise.resolve(set))).toBe('avatar.invalid')
    }
    expect(existsSync(join(t.machine.folder, 'avatars'))).toBe(false)
    expect(await codeOf(Promise.resolve(t.agents.handlers.getAvatar({ id }, aContext())))).toBe('avatar.none')
  })

  test('a picture that two agents share goes with the last of them', async () => {
    const [a, b] = [await t.create('a'), await t.create('b')]
    const files = () => readdirSync(join(t.machine.folder, 'avatars'))
    for (const { id } of [a, b]) {
      await t.agents.handlers.setAvatar({ id, image: PNG.toString('base64') }, aContext())
    }
    expect(files()).toHaveLength(1)

    await t.agents.handlers.removeAvatar({ id: a.id }, aContext())
    expect(files()).toHaveLength(1)
    await t.agents.handlers.removeAvatar({ id: b.id }, aContext())
    expect(files()).toEqual([])
  })
})
