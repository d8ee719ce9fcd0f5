// One line taken out of each guard at the door and of the stream, and the test that must then fail.
import { accounts, http, one, ACCESS, ACCOUNTS, HOST, STREAM, type Mutation } from './mutation.ts'

export const DOOR_MUTATIONS: readonly Mutation[] = [
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
    changes: one(
      http('guard'),
      'hostRefusal(facts, facts.ownSocketOf === null ? hosts() : OWN_SOCKET_HOSTS) ??',
      'null ??',
    ),
    test: HOST,
    titles: 'C11',
  },
  {
    check: 'C4 a path is judged as the router reads it',
    changes: one(
      http('facts'),
      "path: routedPath(target.split('?', 1)[0] ?? '')",
      "path: target.split('?', 1)[0] ?? ''",
    ),
    test: ACCESS,
    titles: 'C4 a roundabout',
  },
]
