// What usage says to people: names, sums and money, and no data as it lies in the store.
import { afterEach, expect, test } from 'vitest'
import { aServer, anAgent, anIo, endAll } from '../../test/support.ts'

afterEach(endAll)

const tokens = { input: 14_232, output: 10, cacheRead: 14_202, cacheWrite: 0 }
const agent = anAgent({ name: 'shop-api' })
const total = { agentId: agent.id, model: 'opus', calls: 2, tokens, costMicros: 30_000, unpriced: 0 }

test('usage is one line for each agent and model, with its cost, and how full each is', async () => {
  const server = await aServer({
    listAgents: () => [agent],
    getUsage: () => ({
      totals: [
        { ...total, day: '2026-11-21' },
        { ...total, day: '2026-11-22' },
      ],
      meters: [{ agentId: agent.id, context: { usedTokens: 50, limitTokens: 200 }, quotas: [], at: 1 }],
      pricesFrom: '2026-10-24',
    }),
  })
  const { printed, run } = anIo(server.url)

  expect(await run('usage')).toBe(0)
  expect(printed.out).toContain('shop-api  opus   4      28,464  28,404      20       $0.06')
  expect(printed.out).toContain('$0.06 together.')
  expect(printed.out).toContain('shop-api: 25 % of its context is used.')
})
