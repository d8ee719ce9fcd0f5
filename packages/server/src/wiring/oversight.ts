// What looks after running agents, wired: kits, the attention queue, words, conversation, the ledger and notifications.
import { join } from 'node:path'
import type { AgentKit } from '@tutti/agents'
import {
  CONFORMANCE_FILE,
  fault,
  loopLimitsOf,
  waits,
  type Agent,
  type AgentId,
  type Answer,
  type Ask,
  type AttentionItem,
  type LoggedEvent,
} from '@tutti/core'
import type { Agents } from '../agents/agents.ts'
import type { Environment } from '../agents/environment.ts'
import type { StatusSource } from '../agents/status-source.ts'
import { createAttention, type Attention } from '../attention/attention.ts'
import { askOfBudget, askOfLoop } from '../attention/own-asks.ts'
import { queueHandlers, ruleHandlers } from '../attention/handlers.ts'
import { watchUntold } from '../attention/untold.ts'
import type { Config } from '../config.ts'
import type { By } from '../db/store.ts'
import { kitHandlers } from '../kits/handlers.ts'
import { createKitHost, type KitHost } from '../kits/kit-host.ts'
import { residentBytes, watchMemory } from '../kits/memory.ts'
import { createPrompts, type Prompts } from '../kits/prompts.ts'
import { createGrowth } from '../kits/transcript.ts'
import { createVersions } from '../kits/versions.ts'
import type { Room } from '../main.ts'
import { createOutbound } from '../outbound.ts'
import { createPush } from '../push/push.ts'
import { wishesOf } from '../push/wishes.ts'
import { quietWork } from '../quiet-work.ts'
import { repeat } from '../repeat.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { createUnsaved } from '../unsaved.ts'
import { earsOf } from './ears.ts'
import { createBreaker, type Breaker } from '../usage/breaker.ts'
import { createBudgets, type BudgetsDeps } from '../usage/budgets.ts'
import { usageHandlers } from '../usage/handlers.ts'
import { metricsHandlers } from '../usage/metrics.ts'
import { createLedger, dayOf } from '../usage/ledger.ts'
import { PRICES } from '../usage/prices.ts'
import { sumOf } from '../usage/store.ts'

/** What it needs of the daemon. */
export type OversightRoom = Pick<Room, 'store' | 'clock' | 'random' | 'log' | 'vault' | 'url'> & {
  settings: Pick<Room['settings'], 'current'>
  config: Pick<Config, 'runtimeFolder' | 'dataFolder'>
}

export interface OversightOptions {
  kits: readonly AgentKit[]
  host: TerminalHost
  /** The command of the MCP server that agents are started with. */
  mcp?: readonly [string, ...string[]]
  /** The SKILL.md that programs are given at their start. */
  skill?: string
  /** The agents, which come to be after what looks after them. */
  agents: () => Agents
  envOf(agent: Agent): Environment
  /** Sends the answer to an ask that came by mail as a reply. */
  replyByMail?(item: AttentionItem, answer: Answer): Promise<void>
}

export type Oversight = ReturnType<typeof createOversight>

const SYSTEM = (act: string): By => ({ actor: 'system', address: '', act, audited: false })

/** Where files for an agent are put. */
const filesFolderIn =
  ({ dataFolder }: OversightRoom['config']) =>
  (id: AgentId): string =>
    join(dataFolder, 'files', id)

const HOUR_MS = 3600 * 1000
const PRUNING = { firstMs: HOUR_MS, everyMs: 24 * HOUR_MS }

/** The parts, each of which reaches the others through functions that are there once all are. */
function createParts(room: OversightRoom, options: OversightOptions) {
  const { store, clock, log, config } = room
  const find = (id: AgentId) => options.agents().roster.find(id)
  const get = (id: AgentId) => options.agents().roster.get(id)
  const unsaved = createUnsaved({ store, log })
  const quietly = quietWork(log, 'oversight.failed')
  const attention: Attention = createAttention({
    ...room,
    agent: find,
    deliver: (id, ref, answer) => kits.answer(id, ref, answer),
    async prompt(id, words, who) {
      await prompts.send(id, words, who)
    },
    ...(options.replyByMail ? { replyByMail: options.replyByMail } : {}),
  })
  const prompts: Prompts = createPrompts({
    ...room,
    agent: get,
    give: (id, text) => kits.give(id, text),
    wake: (id, by) => options.agents().wake(id, by),
    refusal({ id, name }) {
      const budget = budgets.stopping(id)
      return budget ? fault('budget.reached', { name, period: budget.period }) : null
    },
  })
  const pause = (id: AgentId, ask: Ask): void => {
    quietly(kits.interrupt(id))
    quietly(attention.raise(id, ask))
  }
  const breaker = createBreaker({
    clock,
    limits: (id) => loopLimitsOf(room.settings.current().loops, id),
    tripped: (id, why) => pause(id, askOfLoop(why, clock.now())),
  })
  const { budgets, ledger } = createAccounting(room, {
    breaker,
    reached(id, budget) {
      if (budget.state === 'stopped')
        pause(id, askOfBudget(budget, { now: clock.now(), day: dayOf(clock.now()) }))
      else quietly(attention.raise(id, askOfBudget(budget, { now: clock.now(), day: dayOf(clock.now()) })))
    },
  })
  const growth = createGrowth({
    clock,
    tell: (event) =>
      quietly.over(
        store.commit({
          by: SYSTEM('growTranscript'),
          subject: event.subject,
          statements: [],
          events: [event],
        }),
      ),
  })
  const kits: KitHost = createKitHost({
    ...room,
    kits: options.kits,
    host: options.host,
    versions: createVersions(),
    runFolder: join(config.runtimeFolder, 'kits'),
    mcp: options.mcp ?? null,
    skill: options.skill ?? null,
    telemetry: () => room.settings.current().telemetry,
    agent: get,
    envOf: options.envOf,
    filesFolder: filesFolderIn(config),
    ears: earsOf({ store, attention, prompts, ledger, growth, unsaved, breaker, quietly }),
  })
  const push = createPush({
    ...room,
    fetchOutbound: createOutbound(),
    agent: find,
    item: attention.board.find,
    wishes: (id) => wishesOf(store, id),
  })
  return { attention, kits, prompts, budgets, ledger, breaker, growth, push }
}

export function createOversight(room: OversightRoom, options: OversightOptions) {
  const { store, clock, log, config } = room
  const { attention, kits, prompts, budgets, ledger, breaker, growth, push } = createParts(room, options)
  const quietly = quietWork(log, 'oversight.failed')
  const unsubscribe = store.onEvents((events) => {
    for (const event of events.filter(endsSession)) {
      breaker.forget(event.data.id)
      quietly(ended(attention, event.data))
    }
  })

  const find = (id: AgentId) => options.agents().roster.find(id)
  const stopUntold = watchUntold({ store, clock, attention, agent: find, quietly })
  const stopMemory = watchMemory({
    clock,
    log,
    limitMb: () => room.settings.current().memoryLimitMb,
    agents: () => options.agents().roster.list(false),
    resumes: kits.resumes,
    isNeeded: (id) =>
      attention.board.ofAgent(id).some(({ ask, onlyFor }) => waits(ask) && onlyFor === undefined) ||
      prompts.list(id).length > 0,
    pid: (id) => options.host.programPid(id),
    bytes: residentBytes,
    hibernate: (id, by, why) => options.agents().hibernate(id, by, why),
  })
  const stopPruning = repeat(
    clock,
    { ...PRUNING, failed: (error) => log.warn('attention.not-pruned', { error }) },
    attention.prune,
  )

  const rest = async (): Promise<void> => {
    stopUntold()
    push.close()
    await Promise.all([stopPruning(), stopMemory(), kits.rest()])
  }

  return {
    source: kits.source satisfies StatusSource,
    title: kits.title,
    /** An open item of the queue. */
    item: attention.board.find,
    openItems: attention.board.open,
    /** Asks that come by mail. */
    mailQueue: {
      raise: attention.raise,
      consumed: attention.consumed,
      over: attention.over,
      open: () => attention.board.open().filter(({ onlyFor }) => onlyFor !== undefined),
    },
    notice: kits.notice,
    entries: kits.entries,
    handlers: {
      ...queueHandlers(attention, room),
      ...ruleHandlers(attention),
      ...kitHandlers({
        kits,
        prompts,
        agent: (id) => options.agents().roster.get(id),
        filesFolder: filesFolderIn(config),
        conformancePath: join(config.dataFolder, CONFORMANCE_FILE),
      }),
      ...metricsHandlers({
        clock,
        isCounted: kits.isCounted,
        record: ledger.record,
        counted: (id, prefix) => sumOf(store, id, prefix),
      }),
      ...usageHandlers({ ...room, ledger, budgets, prices: PRICES }),
      ...push.handlers,
    },
    /** Nothing is said, typed or put to sleep by itself any more; what people do is still done. */
    rest,
    async close(): Promise<void> {
      unsubscribe()
      await rest()
      kits.close()
      await Promise.all([ledger.flush(), growth.flush()])
    },
  }
}

/** The ledger of model calls, and the budgets that look at it after each write. */
function createAccounting(
  room: OversightRoom,
  { reached, breaker }: Pick<BudgetsDeps, 'reached'> & { breaker: Breaker },
) {
  const { store, clock, log } = room
  const quietly = quietWork(log, 'oversight.failed')
  const budgets = createBudgets({ ...room, reached })
  const ledger = createLedger({
    store,
    clock,
    prices: PRICES,
    written(id, addedMicros) {
      breaker.spent(id, addedMicros)
      quietly(budgets.spent(id))
    },
    failed: (id, error) => log.warn('usage.unsaved', { id, problem: String(error) }),
  })
  return { budgets, ledger }
}

async function ended(attention: Attention, { id, status }: Agent): Promise<void> {
  if (attention.board.ofAgent(id).length === 0) return
  await attention.ended(id, `Its session has ended: ${status.why.slice(0, 200)}`)
}

type AgentChanged = Extract<LoggedEvent, { type: 'agent.changed' | 'agent.deleted' }>

const endsSession = (event: LoggedEvent): event is AgentChanged =>
  (event.type === 'agent.changed' || event.type === 'agent.deleted') &&
  event.data.session === null &&
  event.data.status.state !== 'starting'
