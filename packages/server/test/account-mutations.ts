// One line taken out of each guard behind the door, and the test that must then fail.
import {
  accounts,
  http,
  one,
  ACCOUNTS,
  CONTENT,
  GUESSING,
  HOST,
  INPUT,
  STREAM,
  test,
  type Mutation,
} from './mutation.ts'

export const ACCOUNT_MUTATIONS: readonly Mutation[] = [
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
    changes: one(accounts('secret'), "hash('sha256', secret, 'buffer')", 'Buffer.from(secret)'),
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
    changes: one(http('body'), 'if (length > limitBytes)', 'if (length < 0)'),
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
  {
    check: 'a backup holds no token of the daemon',
    changes: one('packages/server/src/backup/content.ts', 'name !== LOCAL_TOKEN && ', ''),
    test: 'packages/server/src/backup/backup.test.ts',
    titles: 'a backup holds the keys',
  },
  {
    check: 'a login is judged by the password of now',
    changes: one(accounts('sign-in'), 'stillHasPassword(user),', ''),
    test: 'packages/server/src/accounts/sign-in.test.ts',
    titles: 'a login with the old password',
  },
  {
    check: 'a passkey is not for narrow tokens',
    changes: one(accounts('passkeys'), 'if (excess !== undefined) throw', 'if (excess === null) throw'),
    test: test('passkeys'),
    titles: 'a token with fewer rights',
  },
]
