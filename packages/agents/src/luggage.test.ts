// Conversations that are one file each: where they come to lie under a new folder, and what they never replace.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { luggage as claudeCode } from './claude-code/luggage.ts'
import { luggage as codex } from './codex/luggage.ts'
import { luggage as gemini } from './gemini/luggage.ts'
import { chatFile, chatFolder } from './gemini/chat-file.ts'
import { luggage as qwen } from './qwen/luggage.ts'
import type { Arrival } from './kit.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'tutti-luggage-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const SESSION = '0d3d5c5e-2f6f-4d53-9d6e-5b6f6a1f7a11'
const arrival = (extra: Partial<Arrival> = {}): Arrival => ({
  home: join(root, 'home'),
  env: {},
  folder: '/home/ada/shop-2',
  session: SESSION,
  origin: '',
  isOwn: false,
  ...extra,
})
const packed = (text = '{"a":1}\n'): string => {
  const file = join(root, 'conversation')
  writeFileSync(file, text)
  return file
}
const DAY = '2026/11/22'
const ROLLOUT = `rollout-2026-11-22T12-00-00-${SESSION}.jsonl`

test.each([
  {
    name: 'claude-code',
    luggage: claudeCode,
    origin: '',
    place: `.claude/projects/-home-ada-shop-2/${SESSION}.jsonl`,
  },
  {
    name: 'codex',
    luggage: codex,
    origin: `.codex/sessions/${DAY}/${ROLLOUT}`,
    place: `.codex/sessions/${DAY}/${ROLLOUT}`,
  },
  {
    name: 'qwen',
    luggage: qwen,
    origin: '',
    place: `.qwen/projects/-home-ada-shop-2/chats/${SESSION}.jsonl`,
  },
])('$name finds its conversation again, and keeps what lies there', async ({ luggage, origin, place }) => {
  const path = await luggage.unpack(packed(), arrival({ origin }))
  expect(path).toBe(join(root, 'home', place))

  expect(await luggage.unpack(packed('{"other":1}\n'), arrival({ origin }))).toBeNull()
  expect(readFileSync(path ?? '', 'utf8')).toBe('{"a":1}\n')
  await luggage.unpack(packed('{"a":2}\n'), arrival({ origin, isOwn: true }))
  expect(readFileSync(path ?? '', 'utf8')).toBe('{"a":2}\n')

  const there = { ...arrival(), transcript: path ?? '' }
  expect(await luggage.pack(there, join(root, 'out'))).toBe(true)
  expect(readFileSync(join(root, 'out'), 'utf8')).toBe('{"a":2}\n')
  expect(await luggage.pack({ ...there, transcript: join(root, 'none.jsonl') }, join(root, 'out'))).toBe(
    false,
  )
})

test.each(['../../.ssh/authorized_keys', 'x', '../x', '/etc/passwd'])(
  'C39 a session or a place called %j leads nowhere',
  async (name) => {
    for (const luggage of [claudeCode, codex, qwen, gemini])
      expect(await luggage.unpack(packed(), arrival({ session: name, origin: name }))).toBeNull()
    for (const luggage of [codex, gemini])
      for (const origin of [
        name,
        `sessions/${DAY}/../${name}.jsonl`,
        `${name}/sessions/${DAY}/rollout-x.jsonl`,
      ])
        expect(await luggage.unpack(packed(), arrival({ origin }))).toBeNull()
  },
)

const CHAT = `session-2026-11-22T12-00-${SESSION.slice(0, 8)}.jsonl`
const head = (folder: string) => `{"sessionId":"${SESSION}","projectHash":"${folder}","kind":"main"}\n`

test('Gemini CLI finds its conversation by a project folder with its mark, which is made beside those of others', async () => {
  const tmp = join(root, 'home', '.gemini', 'tmp')
  await mkdir(join(tmp, 'shop-2', 'chats'), { recursive: true })
  const path = await gemini.unpack(
    packed(`${head('old')}{"id":"1"}\n`),
    arrival({ origin: `.gemini/tmp/shop/chats/${CHAT}` }),
  )

  expect(path).toBe(join(tmp, 'shop-2-1', 'chats', CHAT))
  expect(readFileSync(join(tmp, 'shop-2-1', '.project_root'), 'utf8')).toBe('/home/ada/shop-2')
  const [first, second] = readFileSync(path ?? '', 'utf8').split('\n')
  expect(JSON.parse(first ?? '')).toMatchObject({
    sessionId: SESSION,
    projectHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(second).toBe('{"id":"1"}')
  expect(await chatFile(dirname(path ?? ''), SESSION)).toBe(path)
})

test('Gemini CLI has its conversation where the project is known already, and another one of that name stays', async () => {
  const own = join(root, 'home', '.gemini')
  const chats = join(own, 'tmp', 'known', 'chats')
  await mkdir(chats, { recursive: true })
  writeFileSync(join(own, 'projects.json'), JSON.stringify({ projects: { '/home/ada/shop-2': 'known' } }))
  writeFileSync(join(chats, CHAT), head('here'))
  const to = arrival({ origin: `x/${CHAT}` })
  expect(await chatFolder({ home: own, folder: to.folder, session: SESSION })).toBe(chats)

  expect(await gemini.unpack(packed(head('old')), to)).toBeNull()
  expect(await gemini.unpack(packed(`${head('old')}{"id":"2"}\n`), { ...to, isOwn: true })).toBe(
    join(chats, CHAT),
  )
  expect(readFileSync(join(chats, CHAT), 'utf8')).toContain('{"id":"2"}')
})
