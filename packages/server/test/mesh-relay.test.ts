// Three machines: two that reach only the third, which passes on what it cannot read; and what a revocation does everywhere.
import type { AgentId, MeshNode, Message } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, type Machine } from './mesh-machine.ts'
import { freePort } from './wire.ts'

let hub: Machine
let attic: Machine
let cellar: Machine
let reader: AgentId

beforeAll(async () => {
  // Nobody listens where the two say that they are.
  const nowhere = [`127.0.0.1:${await freePort()}`]
  hub = await openMachine({ name: 'hub' })
  attic = await openMachine({ name: 'attic', peerNames: nowhere })
  cellar = await openMachine({ name: 'cellar', peerNames: nowhere })
  await anOwner(attic)
  reader = await cellar.agent('reader')
  await pair(hub, attic)
  await pair(hub, cellar)
})
afterAll(async () => {
  for (const machine of [attic, cellar, hub]) await machine.close()
})

const linkTo = (from: Machine, name: string, link: MeshNode['link']) =>
  eventually(async () =>
    (await from.call<MeshNode[]>('listNodes')).find((node) => node.name === name && node.link === link),
  )

test('two machines that reach only a third one are linked over it, and their mail arrives', async () => {
  await linked(hub, 'attic')
  await linkTo(attic, 'cellar', 'relayed')
  const { messages } = await eventually(() =>
    attic
      .call<{ messages: Message[] }>('sendMessage', { to: 'reader@cellar', text: 'Over the hub' })
      .catch(() => null),
  )

  const inbox = await eventually(async () => {
    const found = await inboxOf(cellar, reader)
    return found.length > 0 && found
  })
  expect(inbox.map(({ id, from }) => [id, from.address])).toEqual([
    [messages[0]?.id, 'ada@attic.tutti.local'],
  ])
})

test('C40 a machine that one throws out is out everywhere, its links closed and what waits for it dead', async () => {
  const { id } = await linkTo(hub, 'cellar', 'linked')
  await hub.call('revokeNode', { id })

  for (const machine of [hub, attic])
    await eventually(async () =>
      (await machine.call<MeshNode[]>('listNodes')).every((node) => node.id !== id),
    )
  await eventually(async () =>
    (await cellar.call<MeshNode[]>('listNodes')).every(({ link }) => link === 'self' || link === 'away'),
  )
  await expect(attic.call('sendMessage', { to: 'reader@cellar', text: 'Still there?' })).rejects.toThrow(
    'message.recipient-unknown',
  )
})

test('C40 a machine that leaves is gone everywhere, and comes back as another one', async () => {
  const before = await linked(hub, 'attic')
  await attic.call('leaveRoom')

  await eventually(async () =>
    (await hub.call<MeshNode[]>('listNodes')).every(({ name }) => name !== 'attic'),
  )
  expect(await attic.call('listNodes')).toEqual([])
  await pair(hub, attic)
  expect((await linked(hub, 'attic')).id).not.toBe(before.id)
})
