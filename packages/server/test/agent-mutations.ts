// One line taken out of what stands around agents' tokens, rules and notifications, and the test that must then fail.
import { accounts, one, type Mutation } from './mutation.ts'

const RULES = 'packages/core/src/rule-pattern.ts'

export const AGENT_MUTATIONS: readonly Mutation[] = [
  {
    check: 'C20 the token of a session ends with the session',
    changes: one(accounts('agent-tokens'), 'if (!isLive(event.data)) drop(id)', 'if (false) drop(id)'),
    test: 'packages/server/src/accounts/agent-tokens.test.ts',
    titles: 'C20',
  },
  {
    check: 'the star of a rule swallows no second command',
    changes: one(RULES, 'return at === given.length ? null : restHeld(given.slice(at))', 'return null'),
    test: 'packages/core/src/rule-match.test.ts',
    titles: 'a pattern',
  },
  {
    check: 'the star of a rule stands for no option',
    changes: one(RULES, 'if (parts.some((part) => OPTION.test(part)))', 'if (false)'),
    test: 'packages/core/src/rule-match.test.ts',
    titles: 'a pattern',
  },
  {
    check: 'the star of a rule leads out of no folder',
    changes: one(RULES, 'if (climbs(command) && !climbs(pattern))', 'if (false)'),
    test: 'packages/core/src/rule-match.test.ts',
    titles: 'a pattern',
  },
  {
    check: 'C38 notifications go to the open internet only',
    changes: one(
      'packages/server/src/outbound.ts',
      'if (isIP(host) !== 0 && !isTrusted && !isPublic(host))',
      'if (false)',
    ),
    test: 'packages/server/src/push/push.test.ts',
    titles: 'C38',
  },
]
