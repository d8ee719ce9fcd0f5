// One line taken out of each guard, and the test that must then fail.

export interface Mutation {
  /** The check, and what is taken away. */
  check: string
  /** Below the repository. */
  changes: readonly { file: string; find: string; replace: string }[]
  /** The test file, and the beginning of the titles to run. */
  test: string
  titles: string
}

const http = (name: string) => `packages/server/src/http/${name}.ts`
const accounts = (name: string) => `packages/server/src/accounts/${name}.ts`
const test = (name: string) => `packages/server/test/${name}.test.ts`
const one = (file: string, find: string, replace: string) => [{ file, find, replace }]

const ACCESS = test('security-access')
const HOST = test('security-host')
const STREAM = test('security-stream')
const GUESSING = test('security-guessing')
const CONTENT = test('security-content')
const INPUT = test('security-input')
const ACCOUNTS = test('accounts')

export const MUTATIONS: readonly Mutation[] = [
  {
    check: 'C1 a caller without a credential is refused',
    changes: one(
      http('guard'),
      "if (shown.kind === 'none') throw fault('auth.missing')",
      "if (shown.kind === 'none') return ANONYMOUS",
    ),
    test: ACCESS,
    titles: 'C1',
  },
  {
    check: 'C1 a login needs the header X-Tutti',
    changes: one(
      http('guard'),
      "headerOf(facts, 'x-tutti') !== '1'",
      "headerOf(facts, 'x-tutti') === 'never'",
    ),
    test: ACCESS,
    titles: 'C1',
  },
  {
    check: 'C1 the permission of the operation is needed',
    changes: one(http('perform'), 'deps.guard.permit(actor, row.may)', ''),
    test: ACCOUNTS,
    titles: 'a token has what it names',
  },
  {
    check: 'C1 a token is narrowed by its scopes',
    changes: one(
      'packages/server/src/permission.ts',
      '(actor.scopes === null || actor.scopes.has(permission))',
      'true',
    ),
    test: ACCOUNTS,
    titles: 'a token has what it names',
  },
  {
    check: 'C2 a body says that it is JSON',
    changes: one(
      http('media-type'),
      'if (facts.type !== undefined && isJson(facts.type)) return null',
      'return null',
    ),
    test: ACCESS,
    titles: 'C2',
  },
  {
    check: 'C3 the origin is our own',
    changes: one(
      http('site'),
      'origin !== undefined && origin !== caller.self',
      'origin === undefined && origin === caller.self',
    ),
    test: ACCESS,
    titles: 'C3',
  },
  {
    check: 'C4 the page is our own by Fetch Metadata',
    changes: one(http('site'), 'if (!own && !opensPage(caller))', 'if (!own && !opensPage(caller) && own)'),
    test: ACCESS,
    titles: 'C4',
  },
  {
    check: 'C5 no other origin is allowed',
    changes: one(
      http('listener'),
      "response.setHeader('X-Request-Id', call.id)",
      "response.setHeader('X-Request-Id', call.id).setHeader('Access-Control-Allow-Origin', '*')",
    ),
    test: ACCESS,
    titles: 'C5',
  },
  {
    check: 'C6 an upgrade passes the door too',
    changes: one(
      http('listener'),
      '    const refusal = deps.guard.door(call.facts)\n    if (refusal !== null) throw refusal\n',
      '',
    ),
    test: STREAM,
    titles: 'C6',
  },
  {
    check: 'C6 an upgrade of an unknown path is refused',
    changes: one(http('stream'), 'call.facts.path !== STREAM_PATH', 'STREAM_PATH.length === 0'),
    test: STREAM,
    titles: 'C6',
  },
  {
    check: 'C7 a cookie alone opens no stream',
    changes: one(
      http('stream'),
      "if (headerOf(facts, 'authorization') === undefined) throw fault('auth.missing')",
      "if (headerOf(facts, 'cookie') !== undefined) return must(deps.guard.shown(facts), 'cookie')",
    ).concat(one(http('stream'), 'import { Fault, fault,', 'import { Fault, fault, must,')),
    test: STREAM,
    titles: 'C7',
  },
  {
    check: 'C7 the stream needs its permission',
    changes: one(http('stream'), "deps.guard.permit(actor, 'event:read')", ''),
    test: STREAM,
    titles: 'C7',
  },
  {
    check: 'C8 a ticket works once',
    changes: one(accounts('ticket'), '      waiting.delete(key)\n      if (found', '      if (found'),
    test: STREAM,
    titles: 'C8',
  },
  {
    check: 'C8 a ticket expires',
    changes: one(accounts('ticket'), 'clock.now() > found.expiresAt', 'found.expiresAt < 0'),
    test: STREAM,
    titles: 'C8',
  },
  {
    check: 'C8 a ticket is bound to its holder',
    changes: one(accounts('ticket'), '|| !isHolder(found.actor, caller)', ''),
    test: STREAM,
    titles: 'C8',
  },
  {
    check: 'C8 a stream ends with its login',
    changes: one(http('stream'), 'if (events.some(endsRights)) audience.review()', ''),
    test: STREAM,
    titles: 'C8 a stream closes',
  },
  {
    check: 'C9 no query and no secret in the log',
    changes: one('packages/server/src/log.ts', 'redacted(fields)', 'fields').concat(
      one(
        http('listener'),
        'method: facts.method, status',
        'method: facts.method, target: facts.target, status',
      ),
    ),
    test: STREAM,
    titles: 'C9',
  },
  {
    check: 'C10 the host is an allowed one',
    changes: one(http('host'), 'allowed.has(host.toLowerCase())', 'allowed.size > 0'),
    test: HOST,
    titles: 'C10',
  },
  {
    check: 'C10 there is one host',
    changes: one(
      http('host'),
      "second === undefined ? (host ?? '(none)') : '(several)'",
      "host ?? '(none)'",
    ).concat(one(http('host'), 'addressed === host && second === undefined &&', 'addressed === host &&')),
    test: HOST,
    titles: 'C10',
  },
  {
    check: 'C11 a rebound name reaches nothing',
    changes: one(http('guard'), 'hostRefusal(facts, hosts()) ??', 'null ??'),
    test: HOST,
    titles: 'C11',
  },
  {
    check: 'C13 beyond loopback TLS and an owner are needed',
    changes: one('packages/server/src/exposure.ts', 'if (isLoopback(host)) return []', 'return []'),
    test: HOST,
    titles: 'C13',
  },
  {
    check: 'C14 wrong tokens are counted',
    changes: one(
      http('limits'),
      "return seconds > 0 ? fault('auth.too-many-failures', { seconds }) : otherwise",
      'return otherwise',
    ),
    test: GUESSING,
    titles: 'C14',
  },
  {
    check: 'C14 wrong passwords are counted',
    changes: one(http('limits'), "if (seconds > 0) throw fault('auth.too-many-failures', { seconds })", ''),
    test: GUESSING,
    titles: 'C14 wrong passwords',
  },
  {
    check: 'C15 secrets are compared in constant time',
    changes: one(
      accounts('secret'),
      'one.byteLength === other.byteLength && timingSafeEqual(one, other)',
      'Buffer.compare(one, other) === 0',
    ),
    test: GUESSING,
    titles: 'C15',
  },
  {
    check: 'C15 secrets are stored hashed',
    changes: one(accounts('secret'), "createHash('sha256').update(secret).digest()", 'Buffer.from(secret)'),
    test: GUESSING,
    titles: 'C15',
  },
  {
    check: 'C27 no inline script',
    changes: one(http('headers'), `"script-src 'self'"`, `"script-src 'self' 'unsafe-inline'"`),
    test: CONTENT,
    titles: 'C27',
  },
  {
    check: 'C27 no frame',
    changes: one(http('headers'), `  "frame-ancestors 'none'",\n`, ''),
    test: CONTENT,
    titles: 'C27',
  },
  {
    check: 'C29 a name is a name',
    changes: one(
      'packages/core/src/agent-name.ts',
      'if (!isAgentName(name)) context',
      "if (name === '') context",
    ),
    test: CONTENT,
    titles: 'C29',
  },
  {
    check: 'C36 the local token is for its owner only',
    changes: one(accounts('local-token'), 'mode: 0o600', 'mode: 0o644'),
    test: CONTENT,
    titles: 'C36',
  },
  {
    check: 'C37 the log redacts',
    changes: one('packages/server/src/log.ts', 'redacted(fields)', 'fields'),
    test: CONTENT,
    titles: 'C37',
  },
  {
    check: 'R13 a body is counted while it is read',
    changes: one(http('body'), 'if (length > BODY_LIMIT_BYTES)', 'if (length < 0)'),
    test: INPUT,
    titles: 'a body beyond 1 MB',
  },
  {
    check: 'R13 __proto__ is no field',
    changes: one(http('input'), "if (key === '__proto__') return '__proto__: not a field'", ''),
    test: INPUT,
    titles: '__proto__',
  },
  {
    check: 'R13 nesting has an end',
    changes: one(http('input'), 'if (depth > MAX_DEPTH)', 'if (depth > 1e9)'),
    test: INPUT,
    titles: '__proto__',
  },
  {
    check: 'an update needs If-Match',
    changes: one(
      http('version'),
      "if (digits === undefined) throw fault('version.missing')",
      'if (digits === undefined) return 1',
    ),
    test: INPUT,
    titles: 'an update needs',
  },
  {
    check: 'a code works once, also at once',
    changes: one(accounts('statements'), 'AND totp_step < ?', 'AND totp_step <= ?'),
    test: ACCOUNTS,
    titles: 'with an authenticator',
  },
  {
    check: 'the machine keeps an owner',
    changes: one(
      accounts('statements'),
      "(role <> 'owner' OR disabled = 1",
      "(1 OR role <> 'owner' OR disabled = 1",
    ),
    test: ACCOUNTS,
    titles: 'the machine keeps',
  },
  {
    check: 'nobody manages upwards',
    changes: one(
      accounts('users'),
      "requirePermission(mayManage(actor.role, role), actor, 'user:write')",
      "requirePermission(mayManage('owner', role), actor, 'user:write')",
    ),
    test: ACCOUNTS,
    titles: 'nobody manages',
  },
  {
    check: 'refusals are audited',
    changes: one(http('perform'), 'if (!row.audited || !worth)', 'if (!row.audited || worth)'),
    test: ACCOUNTS,
    titles: 'privileged acts',
  },
  {
    check: 'an event reaches only who may see it',
    changes: one(http('audience'), 'return holds(actor, EVENTS[event.type].may)', 'return true'),
    test: STREAM,
    titles: 'a viewer is not told',
  },
  {
    check: 'habits reach only their owner',
    changes: one(
      http('audience'),
      "event.type === 'preferences.changed' && event.data.userId !== actor.userId",
      'event.seq < 0',
    ),
    test: STREAM,
    titles: 'an event reaches',
  },
  {
    check: 'who never reads is closed',
    changes: one(
      http('audience'),
      'if (socket.bufferedAmount > limit) drop(socket)\n    else socket.send(text',
      'if (limit > 0) socket.send(text',
    ),
    test: STREAM,
    titles: 'a reader that never reads',
  },
]
