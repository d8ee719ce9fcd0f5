// Which file is a session's: the largest of its own, and one that lost its first line by its name.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chatFile } from './chat-file.ts'

const SESSION = 'c756f2bf-13b4-4b78-873c-7c074477a500'
let chats: string
beforeEach(() => {
  chats = mkdtempSync(join(tmpdir(), 'tutti-chats-'))
})
afterEach(() => rmSync(chats, { recursive: true }))

const head = (sessionId: string) => `${JSON.stringify({ sessionId })}\n`
const put = (name: string, content: string) => writeFileSync(join(chats, name), content)

test('a stub beside the file of a session that goes on is not it', async () => {
  put('session-2026-11-22T12-00-c756f2bf.jsonl', `${head(SESSION)}{"type":"user"}\n`)
  put('session-2026-11-22T12-05-c756f2bf.jsonl', head(SESSION))
  put('session-2026-11-22T12-06-cdf8c532.jsonl', `${head('cdf8c532-1')}${'x'.repeat(200)}`)

  expect(await chatFile(chats, SESSION)).toContain('12-00-c756f2bf')
})

test('a file that was removed while its program runs, and is written on without a first line, is found by its name', async () => {
  put('session-2026-11-22T12-00-c756f2bf.jsonl', '{"id":"1","type":"user","content":"hello"}\n')
  expect(await chatFile(chats, SESSION)).toContain('12-00-c756f2bf')

  put('session-2026-11-22T12-05-c756f2bf.jsonl', head('c756f2bf-another'))
  put('session-2026-11-22T12-06-c756f2bf.jsonl', head(SESSION))
  expect(await chatFile(chats, SESSION)).toContain('12-06-c756f2bf')
})
