// One line taken out of each guard of mail, AMP and MCP, and the test that must then fail. Most of the tests stand beside pure
// functions, because each costs the run of a test file.
import { one, type Mutation } from './mutation.ts'

const messages = (name: string) => `packages/server/src/messages/${name}.ts`
const protocol = (name: string) => `packages/protocol/src/${name}.ts`

export const MAIL_MUTATIONS: readonly Mutation[] = [
  {
    check: 'C20 a token of an identity has its own scopes',
    changes: one(
      'packages/server/src/amp/aid/identity-book.ts',
      'scopesOf(row.scopes).filter((scope) => identity.scopes.includes(scope))',
      'IDENTITY_SCOPES',
    ),
    test: 'packages/server/test/amp-identity.test.ts',
    titles: 'an agent elsewhere C20 has the scopes',
  },
  {
    check: 'C20 a short token makes no key that stays',
    changes: one(
      'packages/server/src/amp/registration.ts',
      'if (context.actor.identityId === undefined) return program',
      'return program',
    ),
    test: 'packages/server/test/amp-identity.test.ts',
    titles: 'an agent elsewhere C20 makes nothing',
  },
  {
    check: 'C39 a proof gives one token',
    changes: one(
      'packages/server/src/amp/aid/exchange.ts',
      'statements: [spent(identity.kid, proof)]',
      'statements: []',
    ),
    test: 'packages/server/test/amp-identity.test.ts',
    titles: 'an agent elsewhere C39',
  },
  {
    check: 'C40 a suspended identity has no token',
    changes: [
      ...one('packages/server/src/amp/aid/identity-book.ts', " || found.identity.state !== 'active'", ''),
      ...one(
        'packages/server/src/amp/aid/registrations.ts',
        "...(to === 'active' ? [] : [endTokens(id, clock.now())]),",
        '',
      ),
    ],
    test: 'packages/server/test/amp-identity.test.ts',
    titles: 'a token C40 ends at its time',
  },
  {
    check: 'C16 nobody admits an identity but who may judge mail',
    changes: one(
      'packages/server/src/amp/aid/registrations.ts',
      "const mayGrant = holds(context.actor, 'message:judge')",
      "const mayGrant = context.actor.id !== 'anonymous'",
    ),
    test: 'packages/server/test/amp-identity-registration.test.ts',
    titles: 'a registration by somebody',
  },
  {
    check: 'C39 a proof is for one server and one moment',
    changes: one(protocol('identity'), 'if (Math.abs(by.nowMs - madeMs) > LIMITS.staleMs)', 'if (false)'),
    test: protocol('identity.test'),
    titles: 'a proof Q2 Q3 for another server',
  },
  {
    check: 'C39 a message comes once',
    changes: one(
      protocol('replay'),
      "if (before) return refused('duplicate_message', before.digest === digest ? 'repeated' : 'changed')",
      '',
    ),
    test: protocol('replay.test'),
    titles: 'R4 R6 C39',
  },
  {
    check: 'C39 no field runs into its neighbour',
    changes: one(
      protocol('signature'),
      'if (fields.inReplyTo !== null && !isMessageId(fields.inReplyTo))',
      'if (false)',
    ),
    test: protocol('signature.test'),
    titles: 'S4',
  },
  {
    check: 'C24 no text ends its fence',
    changes: one(
      protocol('fence'),
      "if (!skeleton(text.replaceAll(ESCAPE, '')).includes(TAG)) return text",
      'return text',
    ),
    test: protocol('fence.test'),
    titles: 'C24 F1 F3 no payload of the list',
  },
  {
    check: 'C25 an approval is bound to what was looked at',
    changes: one(messages('moving'), ' || contentHash(signed) !== hash', ''),
    test: messages('privacy.test'),
    titles: 'C25',
  },
  {
    check: 'C26 who was given words from outside sends nothing outside',
    changes: one(messages('screening'), 'if (source !== null) return', 'if (source === undefined) return'),
    test: messages('screening.test'),
    titles: 'C26 an agent',
  },
  {
    check: 'C26 looking is enough',
    changes: one(
      messages('taint'),
      'if (mailbox === null || oversees || source(mailbox) !== null) return',
      'return',
    ),
    test: messages('screening.test'),
    titles: 'C26 every way',
  },
  {
    check: 'C20 a message is for its sender and its recipient',
    changes: one(
      'packages/core/src/message.ts',
      "return oversees && ![from.mailbox, to.mailbox].some((party) => party?.startsWith('usr_'))",
      'return true',
    ),
    test: 'packages/core/src/message-move.test.ts',
    titles: 'a person sees the mail of agents',
  },
  {
    check: 'C20 a tool that its caller may not use is none',
    changes: one('packages/server/src/mcp/tools.ts', ' && holds(context.actor, row.may)', ''),
    test: 'packages/server/test/mcp.test.ts',
    titles: 'tools C20',
  },
  {
    check: 'C19 nesting has an end before the stack has',
    changes: one(
      protocol('json-tree'),
      'if (depth > JSON_LIMITS.depth) throw this.wrong(`at most ${JSON_LIMITS.depth} levels`)',
      '',
    ),
    test: protocol('json-tree.test'),
    titles: 'J3 C19 refuses J2 10,000 levels',
  },
  {
    check: 'C19 an id is no path',
    changes: one(
      protocol('message-id'),
      String.raw`/^msg[_-][0-9]{1,20}[_-][a-zA-Z0-9]+$/`,
      String.raw`/^msg[_-]/`,
    ),
    test: protocol('message-id.test'),
    titles: 'I1 C19',
  },
  {
    check: 'C28 what is typed is only text',
    changes: one('packages/terminals/src/pty-text.ts', "lines.replaceAll(UNSAFE, '')", 'lines'),
    test: 'packages/terminals/src/pty-text.test.ts',
    titles: 'text for a terminal C28 holds',
  },
  {
    check: 'C38 a name is judged by what it resolves to',
    changes: one(
      'packages/server/src/outbound.ts',
      '(!isTrusted && !addresses.every(({ address }) => isPublic(address)))',
      'false',
    ),
    test: 'packages/server/src/outbound.test.ts',
    titles: 'C38 a name that leads inside',
  },
  {
    check: 'C40 a revoked key counts no longer',
    changes: one(protocol('key-record'), "if (record.revokedAtMs !== null) return 'revoked'", ''),
    test: protocol('seal.test'),
    titles: 'K7 K8 T20 C40 a key that is revoked',
  },
]
