// An agent moves between two machines over loopback: with its key, mailbox and working copy, and mail for it goes after it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent, AgentId, AgentMove, BoardCard, CardEdit, Message, MeshNode } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, type Machine } from './mesh-machine.ts'

let attic: Machine
let cellar: Machine
let cellarId: string
let mover: AgentId
let folder: string

const git = (...argv: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], {
    cwd: folder,
    encoding: 'utf8',
  })

beforeAll(async () => {
  attic = await openMachine({ name: 'Attic' })
  cellar = await openMachine({ name: 'Cellar' })
  await anOwner(attic)
  await anOwner(cellar)
  folder = join(attic.folder, 'work', 'shop')
  mkdirSync(folder)
  git('init', '-q', '-b', 'main')
  writeFileSync(join(folder, 'a.txt'), 'one\n')
  git('add', '.')
  git('commit', '-qm', 'one')
  writeFileSync(join(folder, 'a.txt'), 'two\n')
  mover = await attic.agent('mover', undefined, folder)
  await cellar.agent('reader')
  await pair(attic, cellar)
  cellarId = (await linked(attic, 'cellar')).id
  const atticId = (await linked(cellar, 'attic')).id
  await cellar.call('grantNode', { id: atticId, role: 'operator' })
})
afterAll(async () => {
  await attic.close()
  await cellar.close()
})

const send = async (from: Pick<Machine, 'call'>, to: string, text: string): Promise<string> => {
  const sent = await eventually(() =>
    from.call<{ messages: Message[] }>('sendMessage', { to, text }).catch(() => null),
  )
  return sent.messages[0]!.id
}

/** Each question waits at the daemon for another phase, so that a slow machine has its time. */
async function ended(machine: Machine, agent: AgentId): Promise<AgentMove> {
  let move = await machine.call<AgentMove>('getMove', { agent })
  for (let asks = 0; move.endedAt === null && asks < 12; asks++)
    move = await machine.call<AgentMove>('getMove', { agent, past: move.phase })
  return move
}

test('an agent that moves has its key, mailbox and working copy at its new home, and nothing of it acts at the old one', async () => {
  const before = await attic.call<Agent>('getAgent', { id: mover })
  await send(attic, 'mover', 'Before you go')

  await attic.call('moveAgent', { agent: mover, to: cellarId })
  const move = await ended(attic, mover)

  expect(move).toMatchObject({ phase: 'done', why: '', direction: 'out' })
  const after = await cellar.call<Agent>('getAgent', { id: mover })
  expect(after).toMatchObject({
    name: 'mover',
    publicKey: before.publicKey,
    persona: before.persona,
    deletedAt: null,
    folder: join(cellar.folder, 'work', 'shop'),
  })
  expect(readFileSync(join(after.folder, 'a.txt'), 'utf8')).toBe('two\n')
  expect((await inboxOf(cellar, mover)).map(({ preview }) => preview)).toEqual(['Before you go'])
  const old = attic.opened.store.get<{ size: number }>(
    'SELECT length(private_key) AS size FROM agents WHERE id = ?',
    mover,
  )
  expect(old).toEqual({ size: 0 })
  expect(await attic.call<Agent[]>('listAgents', {})).toEqual([])
  const parcels = [attic, cellar].map(({ config }) => join(config.dataFolder, 'moving', mover))
  await eventually(() => Promise.resolve(parcels.every((path) => !existsSync(path))))
  const nodes = await eventually(async () => {
    const list = await attic.call<MeshNode[]>('listNodes')
    return list.find(({ id }) => id === cellarId)?.agents === 2 && list
  })
  expect(nodes.find(({ link }) => link === 'self')?.agents).toBe(0)
})

test('mail to where it lived goes after it, once, with the name of who wrote it', async () => {
  await send(attic, 'mover', 'After you went')
  await send(cellar, 'mover@attic', 'By the old address')
  await send(cellar, 'mover', 'By the new address')

  const inbox = await eventually(async () => {
    const found = await inboxOf(cellar, mover)
    return found.length >= 4 && found
  })
  expect(inbox.map(({ preview }) => preview).sort()).toEqual([
    'After you went',
    'Before you go',
    'By the new address',
    'By the old address',
  ])
  expect(inbox.find(({ preview }) => preview === 'After you went')?.from.address).toBe(
    'ada@attic.tutti.local',
  )
})

test('an agent is exported and comes to life again elsewhere, with its key and mail, and never twice', async () => {
  const passphrase = 'a long enough phrase'
  const id = await attic.agent('packed')
  await send(attic, 'packed', 'Kept for you')
  const archive = await attic.call<{ id: string }>('exportAgent', { agent: id, passphrase })
  const file = readFileSync(join(attic.config.dataFolder, 'archives', `${archive.id}.tutti`))
  expect(file.includes(passphrase) || file.includes('Kept for you') || file.includes(id)).toBe(false)
  const brought = await carry(attic, cellar, archive.id)

  const refused = (input: object) =>
    cellar.call('importAgent', { id: brought, ...input }).catch((error: Error) => error.message)
  expect(await refused({ passphrase: 'another long phrase' })).toContain('archive.closed')
  expect(await refused({ passphrase })).toContain('agent.moved')
  const moved = await cellar.call<{ id: string }>('exportAgent', { agent: mover, passphrase })
  const back = await carry(cellar, attic, moved.id)
  expect(
    await attic.call('importAgent', { id: back, passphrase }).catch((error: Error) => error.message),
  ).toContain('agent.moved')
  expect(
    await attic.call('importAgent', { id: archive.id, passphrase }).catch((error: Error) => error.message),
  ).toContain('archive.agent-here')
})

const carry = async (from: Machine, to: Machine, id: string): Promise<string> => {
  const path = join(from.config.dataFolder, 'archives', `${id}.tutti`)
  const answer = await to.ask('/v1/archives/upload', {
    method: 'POST',
    headers: { authorization: `Bearer ${to.localToken}`, 'content-type': 'application/octet-stream' },
    body: readFileSync(path),
  })
  return (answer.json as { id: string }).id
}

test('an agent goes nowhere without a grant, or where its name is taken, and stays as it was', async () => {
  const id = await attic.agent('stays')
  const atticId = (await linked(cellar, 'attic')).id
  const moved = async () => {
    await attic.call('moveAgent', { agent: id, to: cellarId })
    const { phase, why } = await ended(attic, id)
    return [phase, why]
  }
  await cellar.call('ungrantNode', { id: atticId })
  expect(await moved()).toEqual(['failed', expect.stringContaining('tutti nodes grant')])
  await cellar.call('grantNode', { id: atticId, role: 'viewer' })
  expect(await moved()).toEqual(['failed', expect.stringContaining('tutti nodes grant')])
  await cellar.call('grantNode', { id: atticId, role: 'operator' })
  const other = await cellar.agent('stays')
  expect(await moved()).toEqual(['failed', expect.stringContaining('called stays there')])
  const here = await attic.call<Agent[]>('listAgents', {})
  expect(here.find((one) => one.id === id)?.deletedAt).toBe(null)
  expect((await cellar.call<Agent>('getAgent', { id: other })).name).toBe('stays')
  expect(
    await attic.call('moveAgent', { agent: mover, to: cellarId }).catch((error: Error) => error.message),
  ).toContain('agent.deleted')
})

test('a move to a machine that is away waits, can be called off, and is done when the machine is back', async () => {
  const id = await attic.agent('late')
  const { folder: place } = cellar
  await cellar.stop()
  const begin = async () => {
    await attic.call('moveAgent', { agent: id, to: cellarId })
    return eventually(async () => {
      const move = await attic.call<AgentMove>('getMove', { agent: id })
      return move.phase === 'sending' && move
    })
  }
  await begin()
  const twice = await attic
    .call('moveAgent', { agent: id, to: cellarId })
    .catch((error: Error) => error.message)
  expect(twice).toContain('agent.moving')
  expect(await attic.call<AgentMove>('cancelMove', { agent: id })).toMatchObject({ phase: 'cancelled' })
  await begin()
  await send(attic, 'late', 'While it waits')
  cellar = await openMachine({ name: 'Cellar', folder: place })

  expect(await ended(attic, id)).toMatchObject({ phase: 'done' })
  const inbox = await eventually(async () => {
    const found = await inboxOf(cellar, id)
    return found.length > 0 && found
  })
  expect(inbox.map(({ preview }) => preview)).toEqual(['While it waits'])
  const late = await attic.call('cancelMove', { agent: id }).catch((error: Error) => error.message)
  expect(late).toContain('move.too-late')
})

test('the board is one for both machines, also for what each wrote while the other was away', async () => {
  const board = (on: Machine) => on.call<{ cards: BoardCard[] }>('getBoard')
  const card = await attic.call<BoardCard>('createCard', { title: 'Mend the roof' })
  const there = await eventually(async () => (await board(cellar)).cards.find(({ id }) => id === card.id))
  expect(there).toEqual(card)

  const { folder } = cellar
  await cellar.stop()
  await attic.call('editCard', { id: card.id, title: 'Mend the roof, soon' })
  await attic.call('moveCard', { id: card.id, column: 'doing' })
  cellar = await openMachine({ name: 'Cellar', folder })
  const after = await eventually(async () =>
    (await board(cellar)).cards.find(({ title, column }) => title.endsWith('soon') && column === 'doing'),
  )
  await cellar.call('editCard', { id: card.id, text: 'With slates' })
  const both = await eventually(async () => (await board(attic)).cards.find(({ text }) => text !== ''))
  expect(both).toMatchObject({ title: after.title, text: 'With slates', column: 'doing', changedBy: 'local' })
  const history = await attic.call<CardEdit[]>('getCardHistory', { id: card.id })
  expect(history.filter(({ field }) => field === 'title').map(({ value, fate }) => [value, fate])).toEqual([
    ['Mend the roof, soon', 'stands'],
    ['Mend the roof', 'replaced'],
  ])
})
