// The policy, role by role and operation by operation: what each may do is written here a second time, by hand.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { operation, operationNames } from './operations.ts'
import { PERMISSIONS, ROLES, may, mayManage, permissionsOf, type Permission, type Role } from './policy.ts'

// What is left is an agent's alone: it is about the one that calls.
const PEOPLE = PERMISSIONS.filter((permission) => permission !== 'agent:report')

const EXPECTED: Record<Role, readonly Permission[]> = {
  viewer: [
    'account:self',
    'agent:read',
    'terminal:read',
    'recording:read',
    'attention:read',
    'usage:read',
    'event:read',
    'map:read',
    'message:read',
    'settings:read',
    'system:read',
    'node:read',
    'board:read',
    'upgrade:read',
  ],
  operator: [
    'account:self',
    'agent:read',
    'agent:write',
    'terminal:read',
    'terminal:write',
    'found:read',
    'found:adopt',
    'folder:read',
    'folder:write',
    'recording:read',
    'recording:write',
    'attention:read',
    'attention:write',
    'usage:read',
    'event:read',
    'map:read',
    'message:read',
    'message:send',
    'message:judge',
    'settings:read',
    'system:read',
    'node:read',
    'board:read',
    'board:write',
    'upgrade:read',
  ],
  admin: PEOPLE,
  owner: PEOPLE,
}

const ANYBODY = [
  'enterDevice',
  'joinDevice',
  'ampAgent',
  'getSetup',
  'createOwner',
  'login',
  'beginPasskeyLogin',
  'finishPasskeyLogin',
  'acceptInvite',
  'getHealth',
  // AMP: what a provider says of itself, and what proves itself by a signature or an address with a right in it.
  'ampByName',
  'ampDeliver',
  'ampDiscovery',
  'ampDoorbell',
  'ampDownload',
  'ampHealth',
  'ampInfo',
  'ampNoteAddress',
  'ampOrganization',
  'ampRegister',
  'ampResolve',
  'ampUploadContent',
  // AID: what a client must find out before it has a token, and what proves itself by a key or is itself the secret.
  'ampIdentityState',
  'ampRegisterIdentity',
  'ampRevokeToken',
  'ampToken',
  'ampTokenKeys',
  'ampTokenResource',
  'ampTokenServer',
]

const mayCall = (role: Role, needed: Permission | 'public') => needed === 'public' || may(role, needed)

describe('roles', () => {
  test.each(ROLES)('%s holds exactly what is listed', (role) => {
    expect(permissionsOf(role).toSorted()).toEqual([...EXPECTED[role]].sort())
  })

  test.each(ROLES)('%s may do an operation exactly when it holds its permission', (role) => {
    const allowed = operationNames().filter((name) => mayCall(role, operation(name).may))
    const expected = operationNames().filter((name) => {
      const { may: needed } = operation(name)
      return needed === 'public' || EXPECTED[role].includes(needed)
    })
    expect(allowed).toEqual(expected)
  })

  test('a higher role never holds less', () => {
    const role = fc.integer({ min: 0, max: ROLES.length - 1 })
    fc.assert(
      fc.property(role, role, fc.constantFrom(...PERMISSIONS), (a, b, permission) => {
        const [lower, higher] = [ROLES[Math.min(a, b)], ROLES[Math.max(a, b)]]
        expect(higher && lower && may(lower, permission) && !may(higher, permission)).toBe(false)
      }),
    )
  })

  test('nobody manages upwards, and only admins and owners manage at all', () => {
    for (const actor of ROLES) {
      for (const target of ROLES) {
        const allowed = actor === 'owner' || (actor === 'admin' && target !== 'owner')
        expect([actor, target, mayManage(actor, target)]).toEqual([actor, target, allowed])
      }
    }
  })
})

test('C20 the token of an agent may report, ask who it is, use its mailbox and question its map, and nothing else', () => {
  expect(permissionsOf('agent')).toEqual(['agent:report', 'map:read', 'message:read', 'message:send'])
  const allowed = operationNames().filter((name) => {
    const { may: needed } = operation(name)
    return needed !== 'public' && may('agent', needed)
  })
  // The operations of AMP ask for the key of a registration, which a session has not: see amp/registration.ts.
  expect(allowed.filter((name) => !name.startsWith('amp')).sort()).toEqual([
    'changeMessages',
    'getAttachment',
    'getMailbox',
    'getMessage',
    'getOwnAgent',
    'getThread',
    'indexMap',
    'listAddresses',
    'listMailFlow',
    'listMessages',
    'mapCallees',
    'mapCallers',
    'mapClusters',
    'mapContext',
    'mapCycles',
    'mapDead',
    'mapDefinition',
    'mapDiff',
    'mapHotspots',
    'mapImpact',
    'mapLive',
    'mapLlms',
    'mapOutline',
    'mapOverlay',
    'mapPage',
    'mapPath',
    'mapPicture',
    'mapReferences',
    'mapSearch',
    'mapSite',
    'mapSource',
    'mapStale',
    'mapTogether',
    'mapTouched',
    'mcp',
    'readMessage',
    'replyMessage',
    'reportHook',
    'reportMetrics',
    'searchMessages',
    'sendMessage',
    'uploadAttachment',
  ])
  for (const target of ROLES) expect(mayManage('agent', target)).toBe(false)
})

describe('the table', () => {
  test('only these few operations work without a login', () => {
    expect(
      operationNames()
        .filter((name) => operation(name).may === 'public')
        .sort(),
    ).toEqual([...ANYBODY].sort())
  })

  test('no two operations share a method and a path', () => {
    const places = operationNames().map((name) => `${operation(name).method} ${operation(name).path}`)
    expect(new Set(places).size).toBe(places.length)
  })

  test('everything that changes what others see is audited', () => {
    const silent = operationNames().filter((name) => {
      const { method, audited, may: needed } = operation(name)
      return method !== 'GET' && !audited && needed !== 'public'
    })
    expect(silent.sort()).toEqual(
      [
        'ampIntrospect',
        'beginPasskey',
        'createTicket',
        'mcp', // each tool that it calls is audited by its own row
        'previewRule',
        'reportHook',
        'reportMetrics',
        'runDoctor',
        'setPreferences',
        'verifyAudit',
      ].sort(),
    )
  })

  test('every permission is needed by some operation or by a stream', () => {
    const needed = new Set(operationNames().map((name) => operation(name).may))
    expect(PERMISSIONS.filter((permission) => !needed.has(permission))).toEqual([])
  })

  test('operations that take a password or a code are limited against guessing', () => {
    const taking = operationNames().filter((name) =>
      ['password', 'current', 'code'].some((field) => field in operation(name).input.shape),
    )
    expect(taking.length).toBeGreaterThan(4)
    for (const name of taking) expect([name, operation(name).guessable]).toEqual([name, true])
  })
})
