// Grants as they are asked for on every frame: kept in memory, and never longer than they hold.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStore } from '../db/open.ts'
import { quietWork } from '../quiet-work.ts'
import type { By, Store } from '../db/store.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createGrants, type Grants } from './grants.ts'
import { createNews } from './news.ts'
import { newIdentity } from './test-support.ts'

const BY: By = { actor: 'test', address: '', act: 'test', audited: false }
const [SELF, OTHER] = [newIdentity().id, newIdentity().id]
const [ONE, TWO] = [`agt_${'0'.repeat(22)}`, `agt_${'1'.repeat(22)}`] as const

let folder: string
let store: Store
let grants: Grants

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-grants-'))
  const auditKey = new Uint8Array(32).fill(7)
  store = await openStore({ path: join(folder, 'tutti.db'), clock: realClock, log: quietLog, auditKey })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  grants = createGrants(store, realClock)
})

const rows = () => store.all('SELECT node FROM mesh_grants')

test('a grant covers the agents that it names, and is the same after a restart', async () => {
  await grants.set(OTHER, { role: 'viewer', agents: [ONE] }, BY)

  for (const asked of [grants, createGrants(store, realClock)]) {
    expect(asked.of(OTHER)).toEqual({ role: 'viewer', agents: [ONE] })
    expect([ONE, TWO].map((agent) => asked.covers(OTHER, agent))).toEqual([true, false])
    expect(asked.covers(SELF, ONE)).toBe(false)
  }
  await grants.remove(OTHER, BY)
  expect([grants.of(OTHER), rows()]).toEqual([null, []])
})

test('C18 a machine that is thrown out has no grant from that moment on, before the disk has it', async () => {
  const told: string[] = []
  grants.onChange((node) => void told.push(node))
  await grants.set(OTHER, { role: 'admin', agents: null }, BY)
  const news = createNews({
    store,
    grants,
    // Only what is told of machines that stay is asked of it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    nodes: {} as Parameters<typeof createNews>[0]['nodes'],
    self: SELF,
    forget: () => undefined,
    isMember: () => false,
    quietly: quietWork({ warn: () => undefined }, 'mesh.failed'),
  })
  const gone = news.gone(OTHER)

  expect([grants.of(OTHER), grants.covers(OTHER, ONE)]).toEqual([null, false])
  expect(told).toEqual([OTHER, OTHER])
  await gone
  expect(rows()).toEqual([])
})

test('C18 a grant that is being written while its machine is thrown out does not come back', async () => {
  const set = grants.set(OTHER, { role: 'admin', agents: null }, BY)
  const gone = grants.revoke(OTHER, (statement) =>
    store.commit({ by: BY, subject: OTHER, statements: [statement] }),
  )
  await Promise.all([set, gone])

  expect([grants.of(OTHER), rows()]).toEqual([null, []])
})

test('C18 a disk that refuses leaves a machine that is thrown out without its grant all the same', async () => {
  await grants.set(OTHER, { role: 'admin', agents: null }, BY)
  const full = () => Promise.reject(new Error('full'))
  await expect(grants.revoke(OTHER, full)).rejects.toThrow('full')

  expect(grants.of(OTHER)).toBeNull()
})
