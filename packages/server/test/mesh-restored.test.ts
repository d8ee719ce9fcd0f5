// A machine that is restored from a backup: it does not act as the home of what has moved on, and gets its mail again.
import { join } from 'node:path'
import type { Agent, AgentClaims, AgentId, AgentMove } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Roster } from '../src/agents/roster.ts'
import { createBackupOffline } from '../src/backup/offline.ts'
import { restoreBackup } from '../src/backup/restore.ts'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, type Machine } from './mesh-machine.ts'
import { freePort } from './wire.ts'

let attic: Machine
let cellar: Machine
let roster: Roster
const ports: number[] = []

const openAttic = (folder?: string): Promise<Machine> =>
  openMachine({
    name: 'Attic',
    ...(folder === undefined ? {} : { folder }),
    peerPort: ports[0] ?? 0,
    handlers: (given) => {
      roster = given
      return {}
    },
  })
const openCellar = (folder?: string): Promise<Machine> =>
  openMachine({ name: 'Cellar', ...(folder === undefined ? {} : { folder }), peerPort: ports[1] ?? 0 })

const send = (from: Machine, to: string, text: string) =>
  eventually(() => from.call('sendMessage', { to, text }).catch(() => null))
const previews = async (machine: Machine, agent: AgentId) =>
  (await inboxOf(machine, agent)).map(({ preview }) => preview)
const isHeld = (id: AgentId): boolean => {
  try {
    roster.refuseHeld(id)
    return false
  } catch {
    return true
  }
}
const listed = async (machine: Machine) =>
  (await machine.call<Agent[]>('listAgents')).map(({ name }) => name).toSorted()

beforeAll(async () => {
  ports.push(await freePort(), await freePort())
  attic = await openAttic()
  cellar = await openCellar()
  await anOwner(attic)
  await anOwner(cellar)
})
afterAll(async () => {
  await attic.close()
  await cellar.close()
})

test('a machine restored from a backup keeps its agents still until others were heard, lets go what has moved on, and gets lost mail again', async () => {
  const work = join(attic.folder, 'work')
  const mover = await attic.agent('mover', undefined, work)
  const stayer = await attic.agent('stayer', undefined, work)
  const settled = await attic.agent('settled', undefined, work)
  const reader = await cellar.agent('reader')
  await pair(attic, cellar)
  const cellarId = (await linked(attic, 'cellar')).id
  await cellar.call('grantNode', { id: (await linked(cellar, 'attic')).id, role: 'operator' })
  await send(attic, 'mover', 'Before')

  const { dataFolder } = attic.opened.config
  const { folder } = attic
  const random = (length: number) => new Uint8Array(length).fill(3)
  const { path } = await createBackupOffline({
    dataFolder,
    now: Date.now(),
    random,
    to: join(folder, 'attic.tar'),
  })
  await attic.call('moveAgent', { agent: mover, to: cellarId, workingCopy: 'none' })
  await eventually(async () => (await attic.call<AgentMove>('getMove', { agent: mover })).phase === 'done')
  await send(cellar, 'mover', 'After')
  await send(cellar, 'stayer@attic', 'Taken away by the restore')
  await eventually(async () => (await previews(attic, stayer)).length === 1)
  await cellar.stop()
  await attic.stop()
  await restoreBackup({ path, dataFolder, now: Date.now(), isRunning: () => false })

  attic = await openAttic(folder)
  expect(await listed(attic)).toEqual(['mover', 'settled', 'stayer'])
  expect([mover, stayer, settled].map(isHeld)).toEqual([true, true, true])
  const doubts = await attic.call<AgentClaims[]>('listClaims')
  expect(doubts.map(({ name, contested }) => [name, contested]).toSorted()).toEqual([
    ['mover', true],
    ['settled', true],
    ['stayer', true],
  ])
  const [node = ''] = doubts.flatMap(({ claims }) => claims.map((claim) => claim.node))
  await attic.call('settleClaim', { agentId: settled, node })
  await eventually(() => Promise.resolve(!isHeld(settled)))
  expect([mover, stayer].map(isHeld)).toEqual([true, true])

  cellar = await openCellar(cellar.folder)
  await eventually(async () => (await listed(attic)).join() === 'settled,stayer' && !isHeld(stayer))
  expect(isHeld(mover)).toBe(true)
  expect(await attic.call<AgentMove>('getMove', { agent: mover })).toMatchObject({
    phase: 'done',
    node: cellarId,
    direction: 'out',
  })
  expect(await listed(cellar)).toEqual(['mover', 'reader'])
  await eventually(async () => (await previews(attic, stayer)).length === 1)
  await send(attic, 'mover@cellar', 'To its home')
  await send(cellar, 'stayer@attic', 'New')
  await send(attic, 'reader@cellar', 'New too')
  await eventually(async () => (await previews(attic, stayer)).includes('New'))
  await eventually(async () => (await previews(cellar, reader)).includes('New too'))

  expect(await previews(attic, stayer)).toEqual(['Taken away by the restore', 'New'])
  expect(await previews(cellar, mover)).toEqual(['Before', 'After', 'To its home'])
  expect(await attic.call<AgentClaims[]>('listClaims')).toEqual([])
})
