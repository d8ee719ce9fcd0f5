// The ledger, budgets and the loop breaker with kits that a test plays: exact totals, whatever is told and how often.
import { LOOP_LIMITS, type Usage } from '@tutti/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aContext, codeOf, until } from '../agents/test-support.ts'
import { useOversight } from '../kits/test-kit.ts'
import { createSettings } from '../settings/settings.ts'
import { costMicros, PRICES } from './prices.ts'

const t = useOversight()
const AT = 1_700_000_000_000
const aCall = (id: string, extra: Partial<Usage> = {}): Usage => ({
  id,
  model: 'claude-sonnet-4-5',
  at: AT,
  tokens: { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 },
  costUsd: null,
  ...extra,
})
const report = async () => t.do.getUsage({ from: '2023-01-01', to: '2030-01-01' }, aContext())
const tell = (id: Parameters<typeof t.played>[0], usage: Usage) => {
  t.played(id).session.report({ type: 'usage', usage })
  t.move(1000)
}
/** The totals once they are written. */
async function totals(calls: number) {
  await until(async () => (await report()).totals.reduce((sum, one) => sum + one.calls, 0) === calls)
  return (await report()).totals
}

describe('the ledger', () => {
  test('counts a call once, however often its lines tell of it, also after a restart', async () => {
    const { id } = await t.running('api')
    for (const _ of [1, 2, 3]) tell(id, aCall('msg_1'))
    tell(id, aCall('msg_2'))
    expect(await totals(2)).toMatchObject([
      { calls: 2, tokens: { input: 20, output: 40, cacheRead: 60, cacheWrite: 80 } },
    ])

    await t.restart()
    tell(id, aCall('msg_1'))
    tell(id, aCall('msg_3'))

    expect((await totals(3))[0]?.tokens.output).toBe(60)
  })

  test('a call that is told again with more replaces what was told first', async () => {
    const { id } = await t.running('api')
    tell(id, aCall('msg_1', { tokens: { input: 10, output: 1, cacheRead: 0, cacheWrite: 0 } }))
    await totals(1)
    tell(id, aCall('msg_1', { tokens: { input: 10, output: 9, cacheRead: 0, cacheWrite: 0 } }))
    await until(async () => (await report()).totals[0]?.tokens.output === 9)
    expect(await totals(1)).toMatchObject([{ calls: 1, tokens: { input: 10, output: 9 } }])
  })

  test('keeps agents, models and days apart, and says which calls nobody can price', async () => {
    const [one, other] = [await t.running('one'), await t.running('two')]
    tell(one.id, aCall('1'))
    tell(one.id, aCall('2', { model: 'a-model-of-ours' }))
    tell(one.id, aCall('3', { at: AT + 86_400_000 }))
    tell(other.id, aCall('1', { costUsd: 0.5 }))
    const found = await totals(4)
    expect(found).toHaveLength(4)
    expect(found.find(({ model }) => model === 'a-model-of-ours')).toMatchObject({
      unpriced: 1,
      costMicros: 0,
    })
    expect(found.find(({ agentId }) => agentId === other.id)).toMatchObject({
      costMicros: 500_000,
      unpriced: 0,
    })
  })

  test('what the program shows of its limits is kept', async () => {
    const { id } = await t.running('api')
    t.played(id).session.report({ type: 'context', fill: { usedTokens: 5, limitTokens: 10 } })
    t.played(id).session.report({ type: 'quota', quotas: [{ name: '5 h', usedPercent: 40, resetsAt: null }] })
    t.move(1000)
    await until(async () => (await report()).meters.length === 1)
    await t.restart()
    expect((await report()).meters).toMatchObject([
      { agentId: id, context: { usedTokens: 5 }, quotas: [{ name: '5 h' }] },
    ])
  })
})

test('a model has a price by its own name, with a date or not, and none by a likeness', () => {
  const tokens = { input: 50_000, output: 10_000, cacheRead: 0, cacheWrite: 0 }
  expect(costMicros(PRICES, 'claude-sonnet-4-5-20250929', tokens)).toBe(300_000)
  expect(costMicros(PRICES, 'claude-sonnet-4-5[1m]', tokens)).toBe(300_000)
  expect(costMicros(PRICES, 'gpt-5-mini', tokens)).toBe(32_500)
  expect(costMicros(PRICES, 'anthropic/claude-haiku-4-5', tokens)).toBe(100_000)
  expect(costMicros(PRICES, 'gemini-2.5-pro-preview-06-05', tokens)).toBe(162_500)
  for (const name of ['nobody-knows', 'claude-opus-9', 'claude-opus-5-7', 'gpt-5-turbo', ''])
    expect([name, costMicros(PRICES, name, tokens)]).toEqual([name, null])
})

test('a long prompt costs what its vendor takes for long ones', () => {
  const tokens = { input: 1000, output: 1000, cacheRead: 99_000, cacheWrite: 0 }
  expect(costMicros(PRICES, 'claude-haiku-5-5', tokens)).toBe(100 + 500 + 990)
  expect(costMicros(PRICES, 'claude-haiku-5-5', { ...tokens, cacheWrite: 8 })).toBe(500 + 2500 + 4950 + 5)
})

test('each model stands on the list once, and a cost is whole millionths', () => {
  const names = PRICES.models.flatMap(({ models }) => models)
  expect(new Set(names).size).toBe(names.length)
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(1e9), fc.nat(1e9), (model, input, output) => {
      const cost = costMicros(PRICES, model, { input, output, cacheRead: 0, cacheWrite: 0 })
      expect(Number.isInteger(cost)).toBe(true)
    }),
  )
})

test('how much a model holds is known where its program does not say, by the call that filled it', async () => {
  const { id } = await t.running('api')
  const fill = (usedTokens: number) =>
    t.played(id).session.report({ type: 'context', fill: { usedTokens, limitTokens: null } })
  const context = async () => (await report()).meters[0]?.context
  tell(id, aCall('1'))
  // A sub-agent of another model is told in between.
  tell(
    id,
    aCall('2', { model: 'claude-haiku-5-5', tokens: { input: 7, output: 0, cacheRead: 0, cacheWrite: 0 } }),
  )
  fill(100)
  await until(async () => (await context())?.limitTokens === 200_000)

  fill(101)
  await until(async () => (await context())?.usedTokens === 101)
  expect(await context()).toEqual({ usedTokens: 101, limitTokens: null })
})

describe('a budget', () => {
  test('warns once, and pauses the agent at its hard stop each time it spends on', async () => {
    const { id } = await t.running('api')
    const limit = { agentId: id, period: 'day', warnMicros: 400_000, stopMicros: 900_000 } as const
    await t.do.setBudget(limit, aContext())
    const at = t.now()
    tell(id, aCall('1', { at, costUsd: 0.5 }))
    const [warning] = await t.open(1)
    expect(warning?.ask.title).toContain('$0.50')
    expect(t.played(id).interrupts).toBe(0)

    tell(id, aCall('2', { at, costUsd: 0.5 }))
    await until(() => t.played(id).interrupts === 1)
    expect((await t.do.listBudgets({}, aContext()))[0]).toMatchObject({
      state: 'stopped',
      usedMicros: 1_000_000,
    })
    expect(await codeOf(t.do.sendPrompt({ id, text: 'go on' }, aContext()))).toBe('budget.reached')
    tell(id, aCall('3', { at, costUsd: 0.1 }))
    await until(() => t.played(id).interrupts === 2)
  })

  test('of all agents looks at all, and one of another agent at nobody else', async () => {
    const [one, other] = [await t.running('one'), await t.running('two')]
    await t.do.setBudget({ agentId: other.id, period: 'month', warnMicros: 1, stopMicros: 1 }, aContext())
    await t.do.setBudget({ agentId: null, period: 'day', warnMicros: null, stopMicros: 700_000 }, aContext())
    tell(one.id, aCall('1', { at: t.now(), costUsd: 0.5 }))
    await totals(1)
    tell(one.id, aCall('2', { at: t.now(), costUsd: 0.5 }))
    await until(() => t.played(one.id).interrupts === 1)
    expect(t.played(other.id).interrupts).toBe(0)
  })
})

/** The program reads the same file so often in a row. */
function reads(id: Parameters<typeof t.played>[0], times: number): void {
  const call = (index: number) => ({
    id: `e${index}`,
    role: 'agent' as const,
    at: t.now() + 1,
    parts: [
      {
        type: 'tool' as const,
        id: `t${index}`,
        name: 'Read',
        input: { path: '/a' },
        output: null,
        failed: false,
        durationMs: null,
      },
    ],
    thread: null,
    model: null,
  })
  for (let index = 0; index < times; index++) {
    // Told twice, as the output follows the call.
    for (const _ of [1, 2]) t.played(id).session.report({ type: 'entries', entries: [call(index)] })
  }
}

test('an agent that makes the same call again and again is paused, with the evidence', async () => {
  const { id } = await t.running('api')
  reads(id, 12)
  const [item] = await t.open(1)
  expect(item?.ask).toMatchObject({ kind: 'failure' })
  expect(item?.ask.title).toContain('It called Read 10 times in a row')
  expect(t.played(id).interrupts).toBe(1)
})

test('the limits of all agents are a setting, and an agent may have its own or none', async () => {
  const [strict, free, usual] = [await t.running('strict'), await t.running('free'), await t.running('usual')]
  const agents = {
    [strict.id]: { ...LOOP_LIMITS, sameCalls: 3 },
    [free.id]: { ...LOOP_LIMITS, sameCalls: null },
  }
  const settings = createSettings({ store: t.store(), machine: 'm', home: '/' })
  const loops = { all: { ...LOOP_LIMITS, sameCalls: 5 }, agents }
  await settings.handlers.updateSettings({ loops }, aContext({ version: 1 }))

  for (const { id } of [strict, free, usual]) reads(id, 6)

  const items = await t.open(2)
  const titles = new Map(items.map(({ agentId, ask }) => [agentId, ask.title]))
  expect(titles.get(strict.id)).toContain('Read 3 times')
  expect(titles.get(usual.id)).toContain('Read 5 times')
  expect(t.played(free.id).interrupts).toBe(0)
})
