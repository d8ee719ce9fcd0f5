// The rules of accounts as the dashboard explains them, held against the server's own policy.
import { mayManage, ROLES, type Role } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayEnd, rolesToGive, whyNot } from './user-rules.ts'

const aUser = (id: string, role: Role, disabled = false) => ({ id, name: id, role, disabled })

test('the only owner can neither be locked, removed nor made less', () => {
  const ada = aUser('ada', 'owner')
  const users = [ada, aUser('bob', 'owner', true), aUser('eve', 'admin')]

  for (const act of ['role', 'lock', 'remove'] as const)
    expect(whyNot(act, { me: ada, user: ada, users })).toContain('only owner')
})

test('a second owner who is not locked frees the first', () => {
  const ada = aUser('ada', 'owner')
  const bob = aUser('bob', 'owner')

  expect(whyNot('role', { me: ada, user: ada, users: [ada, bob] })).toBeNull()
  expect(whyNot('remove', { me: ada, user: bob, users: [ada, bob] })).toBeNull()
})

test('a locked owner can be unlocked', () => {
  const ada = aUser('ada', 'owner')
  const bob = aUser('bob', 'owner', true)

  expect(whyNot('lock', { me: ada, user: bob, users: [ada, bob] })).toBeNull()
})

test('nobody locks or removes the own account', () => {
  const ada = aUser('ada', 'owner')
  const users = [ada, aUser('bob', 'owner')]

  expect(whyNot('lock', { me: ada, user: ada, users })).toContain('This is you')
  expect(whyNot('remove', { me: ada, user: ada, users })).toContain('This is you')
})

test('whom the policy puts above somebody is explained and never offered', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ROLES), fc.constantFrom(...ROLES), (mine, theirs) => {
      const me = aUser('me', mine)
      const user = aUser('other', theirs)
      const users = [me, user, aUser('root', 'owner')]

      expect(whyNot('renew', { me, user, users }) === null).toBe(mayManage(mine, theirs))
      const given = rolesToGive(mine).find(({ role }) => role === theirs)
      expect(given?.why === null).toBe(mayManage(mine, theirs))
    }),
  )
})

test('a login ends by its holder, or by somebody who may manage the holder', () => {
  const roles = new Map<string, Role>([['boss', 'owner']])
  const admin = { id: 'usr_me', role: 'admin' }
  // Only what the rule reads.
  const me = { user: admin, permissions: ['user:write'], machine: '' } as never

  expect(mayEnd(me, 'usr_me', roles)).toBe(true)
  expect(mayEnd(me, 'boss', roles)).toBe(false)
  expect(mayEnd(me, 'nobody', roles)).toBe(false)
  expect(mayEnd(null, 'usr_me', roles)).toBe(false)
})
