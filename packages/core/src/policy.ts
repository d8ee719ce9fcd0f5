// Who may do what: permissions, and the roles that hold them. Denied unless a row here allows it.

export const PERMISSIONS = [
  'account:self',
  'agent:read',
  'agent:write',
  'agent:purge',
  'agent:report',
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
  'user:read',
  'user:write',
  'audit:read',
  'backup:read',
  'backup:write',
  'settings:read',
  'settings:write',
  'system:read',
  'system:write',
  'node:read',
  'node:write',
  'board:read',
  'board:write',
  'upgrade:read',
  'upgrade:write',
] as const
export type Permission = (typeof PERMISSIONS)[number]

export const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

const VIEWER: Permission[] = [
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
]
const OPERATOR: Permission[] = [
  ...VIEWER,
  'agent:write',
  'terminal:write',
  'found:read',
  'found:adopt',
  'folder:read',
  'folder:write',
  'recording:write',
  'attention:write',
  'message:send',
  'message:judge',
  'board:write',
]

/** What an agent may with the token of its session: speak for itself, use its own mailbox, question the map of
 * its own folder, and nothing else. */
export const AGENT_PERMISSIONS: readonly Permission[] = [
  'agent:report',
  'map:read',
  'message:read',
  'message:send',
]
// What only an agent can do, because it is about the agent that calls.
const AGENTS_ONLY: ReadonlySet<Permission> = new Set(['agent:report'])

const ALL: Permission[] = PERMISSIONS.filter((permission) => !AGENTS_ONLY.has(permission))

/** Whoever may call: a person by the role of the account, or an agent in its session. */
export type ActorRole = Role | 'agent'

const TABLE: Record<ActorRole, ReadonlySet<Permission>> = {
  agent: new Set(AGENT_PERMISSIONS),
  viewer: new Set(VIEWER),
  operator: new Set(OPERATOR),
  admin: new Set(ALL),
  owner: new Set(ALL), // beyond admin only by rank: see mayManage
}

/** Whether the role holds the permission. */
export const may = (role: ActorRole, permission: Permission): boolean => TABLE[role].has(permission)

export const permissionsOf = (role: ActorRole): Permission[] => PERMISSIONS.filter((one) => may(role, one))

/** Whether somebody of this role may create, change or remove an account of that role: nobody manages upwards. */
export const mayManage = (actor: ActorRole, target: Role): boolean =>
  actor !== 'agent' && may(actor, 'user:write') && ROLES.indexOf(actor) >= ROLES.indexOf(target)
