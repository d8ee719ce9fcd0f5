// Files of messages: by content, for their parties, and never something that runs.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codeOf } from '../agents/test-support.ts'
import { anOffice, type Office } from './test-support.ts'

let office: Office
let alice: Awaited<ReturnType<Office['agent']>>
let bob: typeof alice
let ada: Awaited<ReturnType<Office['person']>>

beforeEach(async () => {
  office = await anOffice()
  alice = await office.agent('alice', ['backend'])
  bob = await office.agent('bob', ['backend'])
  ada = await office.person('ada')
})
afterEach(() => office.close())

const LIST = { box: 'inbox', unread: false, order: 'newest', limit: 50 } as const
const inbox = (id: typeof alice | typeof ada, extra: object = {}) =>
  office.messages.handlers.listMessages({ ...LIST, ...extra }, office.as(id))

const upload = (name: string, bytes: Uint8Array, digest?: string) =>
  Promise.resolve(
    office.messages.handlers.uploadAttachment(
      { name, ...(digest === undefined ? {} : { digest }) },
      { ...office.as(alice), body: bytes },
    ),
  )

test('a file is kept once by its content, belongs to its message, and is read by its parties only', async () => {
  const bytes = Buffer.from('a,b\n1,2\n')
  const file = await upload('data.csv', bytes)
  const twin = await upload('../../copy.csv', bytes)
  expect(file).toMatchObject({ name: 'data.csv', type: 'text/plain', sizeBytes: 8 })
  expect([twin.digest, twin.name]).toEqual([file.digest, 'copy.csv'])
  expect(
    readdirSync(join(office.folder, 'attachments'), { recursive: true }).filter((path) =>
      String(path).includes('/'),
    ),
  ).toHaveLength(1)

  const read = (id: typeof alice | typeof ada) =>
    Promise.resolve().then(() => office.messages.handlers.getAttachment({ id: file.id }, office.as(id)))
  expect(await codeOf(read(bob))).toBe('attachment.unknown')
  expect(await codeOf(office.send(bob, { to: 'alice', attachments: [file.id] }))).toBe('attachment.unknown')
  await office.send(alice, { to: 'bob', attachments: [file.id] })

  expect(Buffer.from((await read(bob)).body as Uint8Array)).toEqual(bytes)
  expect(await codeOf(read(await office.agent('eve')))).toBe('attachment.unknown')
  expect((await inbox(ada, { box: 'all' })).items[0]?.attachments[0]?.id).toBe(file.id)
})

test('programs, empty files and wrong digests are refused, and content that changed on the disk is not given out', async () => {
  const refused = async (name: string, bytes: Uint8Array, digest?: string) =>
    codeOf(upload(name, bytes, digest))
  expect(await refused('x.png', Buffer.from('7f454c46020101', 'hex'))).toBe('attachment.refused')
  expect(await refused('run.txt', Buffer.from('#!/bin/sh\n'))).toBe('attachment.refused')
  expect(await refused('a.exe', Buffer.from('text'))).toBe('attachment.refused')
  expect(await refused('a.txt', Buffer.alloc(0))).toBe('attachment.refused')
  expect(await refused('a.txt', Buffer.from('x'), `sha256:${'0'.repeat(64)}`)).toBe('attachment.refused')

  const file = await upload('a.txt', Buffer.from('true words'))
  const hex = file.digest.slice(7)
  const path = join(office.folder, 'attachments', hex.slice(0, 2), hex.slice(2))
  writeFileSync(path, readFileSync(path, 'utf8').replace('true', 'fake'))
  const read = Promise.resolve().then(() =>
    office.messages.handlers.getAttachment({ id: file.id }, office.as(alice)),
  )
  expect(await codeOf(read)).toBe('store.damaged')
})
