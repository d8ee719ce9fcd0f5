// Conversations that have gone on since a program was started by somebody else.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { geminiKit } from './gemini/kit.ts'
import { qwenKit } from './qwen/kit.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tutti-found-'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** A file below the home that was written to at a time, in seconds. */
function put(path: string, content: string, at: number): void {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  utimesSync(file, at, at)
}
const place = (since: number) => ({ home, env: {}, folder: '/srv/shop', since: since * 1000 })

test('Gemini CLI: by the first line of what has changed, once for each session', async () => {
  put('.gemini/projects.json', JSON.stringify({ projects: { '/srv/shop': 'shop' } }), 1)
  put('.gemini/tmp/shop/chats/session-1-aaaaaaaa.jsonl', '{"sessionId":"aaaaaaaa-old"}\n', 100)
  put('.gemini/tmp/shop/chats/session-2-bbbbbbbb.jsonl', '{"sessionId":"bbbbbbbb-new"}\n', 300)
  put('.gemini/tmp/shop/chats/session-3-bbbbbbbb.jsonl', '{"sessionId":"bbbbbbbb-new"}\n{}\n', 301)
  put('.gemini/tmp/shop/chats/logs.jsonl', 'torn', 302)

  expect(await geminiKit.sessionsSince?.(place(200))).toEqual(['bbbbbbbb-new'])
  expect(await geminiKit.sessionsSince?.({ ...place(200), folder: '/elsewhere' })).toEqual([])
})

test('Qwen Code: by the names of what has changed', async () => {
  put('.qwen/projects/-srv-shop/chats/one.jsonl', '', 100)
  put('.qwen/projects/-srv-shop/chats/two.jsonl', '', 300)
  put('.qwen/projects/-srv-other/chats/three.jsonl', '', 300)

  expect(await qwenKit.sessionsSince?.(place(200))).toEqual(['two'])
  expect(await qwenKit.sessionsSince?.(place(400))).toEqual([])
})
