// The ledger of model calls: each counted once, whoever tells of it and however often; totals kept with every write.
import type { AgentId, Clock, ContextFill, Meter, NewEvent, Quota, Usage, UsageTotal } from '@tutti/core'
import type { By, Statement, Store } from '../db/store.ts'
import { createQueue } from '../queue.ts'
import { createThinnedWrites } from '../thinned-writes.ts'
import { contextTokensOf, costMicros, type PriceList } from './prices.ts'
import { allMeters, callOf, putCall, putMeter, putTotal, totalOf, type Call } from './store.ts'

export interface LedgerDeps {
  store: Store
  clock: Clock
  prices: PriceList
  /** Called after what an agent used has been written. */
  written(id: AgentId, addedMicros: number): void
  failed(id: AgentId, error: unknown): void
}

export type Ledger = ReturnType<typeof createLedger>

// A transcript that is read for the first time tells of thousands of calls: they are written together.
const WRITE_EVERY_MS = 500
const SYSTEM: By = { actor: 'system', address: '', act: 'recordUsage', audited: false }

export function createLedger(deps: LedgerDeps) {
  const { store, clock, prices } = deps
  const inOrder = createQueue()
  const waiting = new Map<AgentId, Map<string, Usage>>()
  const meters = new Map<AgentId, Meter>(allMeters(store).map((meter) => [meter.agentId, meter]))
  const grownMeters = new Set<AgentId>()
  const latest = createLatestCalls()

  /** What the program does not say of its limit, the model's vendor does; not where more is used than that. */
  const withLimit = (context: ContextFill, model: string | null): ContextFill => {
    const limit = model === null ? null : contextTokensOf(prices, model)
    const isSure = limit !== null && limit >= context.usedTokens
    return { ...context, limitTokens: context.limitTokens ?? (isSure ? limit : null) }
  }

  const write = async (id: AgentId): Promise<void> => {
    const usages = [...(waiting.get(id)?.values() ?? [])]
    waiting.delete(id)
    const book = createBook(store, id)
    for (const usage of usages) book.enter(callFrom(id, usage, prices))
    const meter = grownMeters.delete(id) ? meters.get(id) : undefined
    const statements = [...book.statements(), ...(meter ? [putMeter(meter)] : [])]
    const events: NewEvent[] = [
      ...book.totals().map((data): NewEvent => ({ type: 'usage.changed', subject: id, data })),
      ...(meter ? [{ type: 'meter.changed', subject: id, data: meter } as const] : []),
    ]
    if (statements.length > 0) await store.commit({ by: SYSTEM, subject: id, statements, events })
    if (book.totals().length > 0) deps.written(id, book.addedMicros())
  }
  const writes = createThinnedWrites<true>({
    clock,
    intervalMs: WRITE_EVERY_MS,
    write: (id) => inOrder(id, () => write(id)).catch((error: unknown) => deps.failed(id, error)),
  })

  return {
    record(id: AgentId, usage: Usage): void {
      const calls = waiting.get(id) ?? new Map<string, Usage>()
      calls.set(usage.id, usage)
      waiting.set(id, calls)
      latest.add(id, usage)
      writes.put(id, true)
    },
    meter(id: AgentId, shown: { context?: ContextFill; quotas?: readonly Quota[] }): void {
      const known = meters.get(id) ?? { agentId: id, context: null, quotas: [], at: 0 }
      const context = shown.context
        ? withLimit(shown.context, latest.filling(id, shown.context))
        : known.context
      const quotas = [...(shown.quotas ?? known.quotas)]
      if (JSON.stringify([context, quotas]) === JSON.stringify([known.context, known.quotas])) return
      meters.set(id, { ...known, context, quotas, at: clock.now() })
      grownMeters.add(id)
      writes.put(id, true)
    },
    meters: (): Meter[] => [...meters.values()],
    flush: writes.flush,
  }
}

const LATEST_CALLS = 20

/** The calls that were told last, by which a fill is known to be that of a model and not of a sub-agent's. */
function createLatestCalls() {
  const calls = new Map<AgentId, readonly Usage[]>()
  return {
    add(id: AgentId, usage: Usage): void {
      calls.set(id, [usage, ...(calls.get(id) ?? [])].slice(0, LATEST_CALLS))
    },
    /** The model whose call left so much in its memory; null where none did. */
    filling: (id: AgentId, { usedTokens }: ContextFill): string | null =>
      calls.get(id)?.find(({ tokens }) => sumOfTokens(tokens) === usedTokens)?.model ?? null,
  }
}

const sumOfTokens = ({ input, output, cacheRead, cacheWrite }: Usage['tokens']): number =>
  input + output + cacheRead + cacheWrite

const DAY_LENGTH = '2026-11-22'.length

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, DAY_LENGTH)

function callFrom(id: AgentId, usage: Usage, prices: PriceList): Call {
  const { tokens, model, at } = usage
  const told = usage.costUsd === null ? null : Math.round(usage.costUsd * 1_000_000)
  return {
    agent_id: id,
    call_id: usage.id,
    model,
    day: dayOf(at),
    at,
    input: tokens.input,
    output: tokens.output,
    cache_read: tokens.cacheRead,
    cache_write: tokens.cacheWrite,
    cost_micros: told ?? costMicros(prices, model, tokens),
  }
}

/** What one write changes: calls that are new or other than before, and the totals that follow. */
function createBook(store: Store, id: AgentId) {
  const calls: Statement[] = []
  const totals = new Map<string, UsageTotal>()
  let addedMicros = 0

  const add = (call: Call, sign: 1 | -1) => {
    const place = { agentId: id, model: call.model, day: call.day }
    const key = `${call.day} ${call.model}`
    addedMicros += sign * (call.cost_micros ?? 0)
    const before = totals.get(key) ?? totalOf(store, place) ?? { ...place, ...NOTHING }
    totals.set(key, {
      ...before,
      calls: before.calls + sign,
      tokens: {
        input: before.tokens.input + sign * call.input,
        output: before.tokens.output + sign * call.output,
        cacheRead: before.tokens.cacheRead + sign * call.cache_read,
        cacheWrite: before.tokens.cacheWrite + sign * call.cache_write,
      },
      costMicros: before.costMicros + sign * (call.cost_micros ?? 0),
      unpriced: before.unpriced + (call.cost_micros === null ? sign : 0),
    })
  }

  return {
    enter(call: Call): void {
      const known = callOf(store, id, call.call_id)
      if (known !== null && isSame(known, call)) return
      // A call that is told again with more, as streams do, replaces what was told first.
      if (known !== null) add(known, -1)
      add(call, 1)
      calls.push(putCall(call))
    },
    addedMicros: (): number => addedMicros,
    totals: (): UsageTotal[] => [...totals.values()],
    statements: (): Statement[] => [...calls, ...[...totals.values()].map(putTotal)],
  }
}

const NOTHING = {
  calls: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costMicros: 0,
  unpriced: 0,
}

const isSame = (one: Call, other: Call): boolean =>
  one.model === other.model &&
  one.day === other.day &&
  one.input === other.input &&
  one.output === other.output &&
  one.cache_read === other.cache_read &&
  one.cache_write === other.cache_write &&
  one.cost_micros === other.cost_micros
