// Pairing a phone: a code that is good once, nothing before a person has compared, and a login that can be ended.
import type { DevicePairing, DeviceTicket, Login } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  aToken,
  anOwner,
  aRoom,
  aUser,
  bearer,
  browser,
  callOperation,
  cookieOf,
  type TestRoom,
} from './room.ts'

let room: TestRoom
let ada: Awaited<ReturnType<typeof anOwner>>
let eve: Awaited<ReturnType<typeof anOwner>>

beforeAll(async () => {
  room = await aRoom()
  ada = await anOwner(room)
  eve = await aUser(room, ada, { name: 'eve', role: 'admin' })
})
afterAll(() => room.close())

const asAda = () => browser(room, ada.cookie)
const invite = async (): Promise<DevicePairing> =>
  (await callOperation(room, 'inviteDevice', { headers: asAda() })).json as DevicePairing
const join = (code: string | null) =>
  callOperation(room, 'joinDevice', { input: { code: code ?? '', name: 'my phone' } })
const compare = (id: string, alike: boolean, headers = asAda()) =>
  callOperation(room, 'compareDevice', { input: { id, alike }, headers })
const enter = (ticket: string) => callOperation(room, 'enterDevice', { input: { ticket } })

test('a device shows the digits of the browser that is in, is let in by it, and out by the end of its login', async () => {
  const { id, code } = await invite()
  const joined = (await join(code)).json as DeviceTicket
  const entering = enter(joined.ticket)
  const seen = (
    await callOperation(room, 'getDevicePairing', { input: { id, past: 'open' }, headers: asAda() })
  ).json as DevicePairing
  expect(seen).toMatchObject({ phase: 'comparing', text: joined.text, name: 'my phone', code: null })
  expect(joined.text).toMatch(/^\d{3} \d{3}$/)

  await compare(id, true)
  const cookie = cookieOf(await entering)
  const phone = browser(room, cookie)
  expect((await callOperation(room, 'getMe', { headers: phone })).json).toMatchObject({
    user: { name: 'ada' },
  })
  const logins = (await callOperation(room, 'listLogins', { headers: asAda() })).json as Login[]
  const device = logins.find((login) => login.device === 'my phone')
  await callOperation(room, 'endLogin', { input: { id: device?.id }, headers: asAda() })
  expect((await callOperation(room, 'getMe', { headers: phone })).status).toBe(401)
})

test('a code is good once, a ticket is good once, and digits that differ let nobody in', async () => {
  const first = await invite()
  const { ticket } = (await join(first.code)).json as DeviceTicket
  expect((await join(first.code)).fault).toBe('device.code-refused')
  await compare(first.id, true)
  const both = await Promise.all([enter(ticket), enter(ticket)])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401])

  const second = await invite()
  const other = (await join(second.code)).json as DeviceTicket
  await compare(second.id, false)
  expect((await enter(other.ticket)).fault).toBe('device.refused')
})

test('only who has asked for a pairing sees and confirms it, and no token makes one', async () => {
  const { id, code } = await invite()
  await join(code)
  expect((await compare(id, true, browser(room, eve.cookie))).fault).toBe('node.pairing-unknown')
  const token = await aToken(room, ada, ['account:self'])

  expect((await callOperation(room, 'inviteDevice', { headers: bearer(token.secret) })).fault).toBe(
    'auth.forbidden',
  )
})
