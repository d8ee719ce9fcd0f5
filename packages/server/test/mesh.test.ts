// Two machines of one room over loopback: they join, their mail arrives exactly once, and each goes on without the other.
import type { AgentId, Message } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, type Machine } from './mesh-machine.ts'

let attic: Machine
let cellar: Machine
let reader: AgentId

beforeAll(async () => {
  attic = await openMachine({ name: 'Attic' })
  cellar = await openMachine({ name: 'Cellar' })
  await anOwner(attic)
  await anOwner(cellar)
  await attic.agent('writer')
  reader = await cellar.agent('reader')
})
afterAll(async () => {
  await attic.close()
  await cellar.close()
})

const send = async (from: Machine, to: string, text: string): Promise<Message> => {
  const { messages } = await from.call<{ messages: Message[] }>('sendMessage', { to, text })
  const [message] = messages
  if (!message) throw new Error('nothing was sent')
  return message
}

test('two machines that have joined show the same digits, and then a link', async () => {
  const { digits } = await pair(attic, cellar)

  expect(digits[0]).toMatch(/^\d{3} \d{3}$/)
  expect(digits[1]).toBe(digits[0])
  await linked(attic, 'cellar')
  await linked(cellar, 'attic')
})

test('mail to an agent on the other machine lies in its mailbox, and its sender knows', async () => {
  const sent = await eventually(() => send(attic, 'reader@cellar', 'Hello below').catch(() => null))

  const [message] = await eventually(async () => {
    const inbox = await inboxOf(cellar, reader)
    return inbox.length > 0 && inbox
  })
  expect(message).toMatchObject({
    id: sent.id,
    from: { address: 'ada@attic.tutti.local' },
    trust: 'verified',
  })
  await eventually(async () => {
    const { message: own } = await attic.call<{ message: Message }>('getMessage', { id: sent.id })
    return own.state === 'delivered'
  })
})
