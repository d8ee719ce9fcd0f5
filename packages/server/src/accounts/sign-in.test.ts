// A login that is being judged while the account changes.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../db/open.ts'
import type { Unit } from '../db/store.ts'
import { aContext, quietLog, realClock } from '../db/test-support.ts'
import { createVault } from '../vault/vault.ts'
import { createAgentTokens } from './agent-tokens.ts'
import { createAccounts } from './accounts.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const KEY = new Uint8Array(32).fill(3)

test('a login with the old password that was judged before a change of password opens nothing after it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-sign-in-'))
  const real = await openStore({
    path: join(folder, 'tutti.db'),
    clock: realClock,
    log: quietLog,
    auditKey: KEY,
  })
  const judged = Promise.withResolvers<void>()
  const changed = Promise.withResolvers<void>()
  const store = {
    ...real,
    async commit(unit: Unit) {
      if (unit.by.act === 'login') {
        judged.resolve()
        await changed.promise
      }
      return real.commit(unit)
    },
  }
  const vault = createVault({ key: KEY, keyPath: '', random })
  const accounts = createAccounts({
    store,
    clock: realClock,
    random,
    vault,
    machine: () => 'testbed',
    machines: () => 1,
    log: quietLog,
    localToken: KEY,
    agentTokens: createAgentTokens(store, random),
  })
  const { createOwner, login, changePassword, listLogins } = accounts.handlers
  const code = accounts.newSetupCode()
  const { user } = await createOwner({ code, name: 'ada', password: 'the old password' }, aContext())
  const actor = { ...aContext().actor, id: user.id, userId: user.id, loginId: null }
  const loginCall = aContext()
  loginCall.by.act = 'login'

  const late = Promise.resolve(login({ name: 'ada', password: 'the old password' }, loginCall))
  await judged.promise
  const given = { current: 'the old password', password: 'the new password' }
  await changePassword(given, { ...aContext(), actor })
  changed.resolve()

  await expect(late).rejects.toMatchObject({ code: 'auth.wrong-password' })
  expect(await listLogins({ all: false }, { ...aContext(), actor })).toEqual([])
  await real.close()
  rmSync(folder, { recursive: true })
})
