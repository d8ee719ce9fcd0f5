// What agents use and cost, as a table of agents and models.
import { withUsage, type Meter, type OutputOf, type UsageTotal } from '@tutti/core'
import type { Command, Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import { agentsAmong } from '../naming.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'
import { dollars } from '../words.ts'
import { tableCommand } from './table-commands.ts'

export function usageCommands(): Command[] {
  const derived = tableCommand('getUsage')
  return [
    {
      ...derived,
      run: async (call): Promise<Outcome> => {
        const { data } = await derived.run(call)
        // The client gives what the table's schema says.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const report = data as OutputOf<'getUsage'>
        const names = new Map<string, string>(
          (await agentsAmong(call.client(), 'both')).map(({ id, name }) => [id, name] as const),
        )
        return { data, text: (page) => usageText(page, report, (id) => names.get(id) ?? id) }
      },
    },
  ]
}

type Sum = Omit<UsageTotal, 'day'>

function usageText(page: Page, report: OutputOf<'getUsage'>, nameOf: (id: string) => string): string {
  if (report.totals.length === 0) return 'Nothing has been used in these days.'
  const sums = sumsOf(report.totals).toSorted((a, b) => b.costMicros - a.costMicros)
  const cost = sums.reduce((sum, one) => sum + one.costMicros, 0)
  const number = (value: number) => value.toLocaleString('en')
  const shown = table(
    page,
    [
      { title: 'AGENT', cell: ({ agentId }) => plain(nameOf(agentId)), least: 12 },
      { title: 'MODEL', cell: ({ model }) => plain(model), least: 10 },
      { title: 'CALLS', cell: ({ calls }) => number(calls) },
      { title: 'READ', cell: ({ tokens }) => number(tokens.input) },
      { title: 'FROM CACHE', cell: ({ tokens }) => number(tokens.cacheRead) },
      { title: 'WRITTEN', cell: ({ tokens }) => number(tokens.output) },
      { title: 'COST', cell: ({ costMicros }) => dollars(costMicros) },
    ],
    sums,
  )
  const says = `Prices of ${report.pricesFrom}, where a program does not say what it cost.`
  return [
    `${shown}\n\n${dollars(cost)} together. ${page.paint('dim', says)}`,
    ...fillLines(report.meters, nameOf),
  ].join('\n')
}

/** One for each agent and model, over all days. */
function sumsOf(totals: readonly UsageTotal[]): Sum[] {
  const sums = new Map<string, Sum>()
  for (const one of totals) {
    const key = `${one.agentId} ${one.model}`
    const before = sums.get(key)
    sums.set(key, before ? withUsage(before, one) : one)
  }
  return [...sums.values()]
}

/** How full each conversation is. */
const fillLines = (meters: readonly Meter[], nameOf: (id: string) => string): string[] =>
  meters.flatMap(({ agentId, context }) => {
    if (!context || !context.limitTokens) return []
    const share = Math.round((context.usedTokens / context.limitTokens) * 100)
    return [`${plain(nameOf(agentId))}: ${share} % of its context is used.`]
  })
