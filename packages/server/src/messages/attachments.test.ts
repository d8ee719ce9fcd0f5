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

test('a draft that is never sent goes after a day, and a sent file with its message; the content with the last that has it', async () => {
  const DAY_MS = 24 * 3600 * 1000
  const contents = () =>
    readdirSync(join(office.folder, 'attachments'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.includes('/'),
    ).length
  const sent = await upload('sent.txt', Buffer.from('the same words'))
  await upload('draft.txt', Buffer.from('the same words'))
  await upload('other.txt', Buffer.from('other words'))
  const [message] = await office.send(alice, { to: 'bob', attachments: [sent.id] })
  await office.messages.tending.prune()
  expect(contents()).toBe(2)

  office.clock.move(DAY_MS + 1000)
  await office.messages.tending.prune()
  expect(contents()).toBe(1)
  const { body } = await office.messages.handlers.getAttachment({ id: sent.id }, office.as(bob))
  expect(Buffer.from(body instanceof Uint8Array ? body : []).toString()).toBe('the same words')

  await office.messages.moving.move(
    message?.id ?? '',
    { type: 'archive', on: true },
    { by: office.as(bob).by },
  )
  office.clock.move(31 * DAY_MS)
  await office.messages.tending.prune()
  expect(contents()).toBe(0)
})
