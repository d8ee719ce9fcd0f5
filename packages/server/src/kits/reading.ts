// Reads the conversation of an agent that sleeps: its kit is opened on the files alone, for as long as somebody reads.
import { watchPath, type AgentKit, type RunningKit } from '@tutti/agents'
import type { Agent, AgentId, Clock, Entry } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { kitFolder } from './launching.ts'
import { vendorSession } from './store.ts'

interface Deps {
  kits: readonly AgentKit[]
  store: Store
  clock: Clock
  log: Log
  runFolder: string
  /** The environment of the agent's program. */
  envOf(agent: Agent): Readonly<Record<string, string>>
}

// Somebody who scrolls asks again soon.
const KEPT_MS = 60_000

export function createReading(deps: Deps) {
  const { clock } = deps
  const open = new Map<AgentId, { kit: RunningKit; close: () => void; cancel: () => void }>()

  const drop = (id: AgentId) => {
    const held = open.get(id)
    open.delete(id)
    held?.cancel()
    held?.close()
  }

  const opened = (agent: Agent, kit: AgentKit) => {
    const known = vendorSession(deps.store, agent.id)
    const env = deps.envOf(agent)
    const watches: (() => void)[] = []
    const running = kit.open({
      agentId: agent.id,
      folder: agent.folder,
      home: env['HOME'] ?? '',
      runFolder: kitFolder(deps, agent.id),
      env,
      startedAt: agent.updatedAt,
      version: known?.version ?? null,
      session: known === null || known.session === '' ? null : known.session,
      machine: {
        clock,
        processes: () => Promise.resolve([]),
        terminal: {
          screen: () => Promise.resolve(''),
          title: () => '',
          onTitle: () => () => {},
          paste: () => Promise.resolve(),
          press: () => Promise.resolve(),
        },
        watch(path, changed) {
          const stop = watchPath(path, changed)
          watches.push(stop)
          return stop
        },
        log: (event, fields) => deps.log.info(`kit.${event}`, { id: agent.id, ...fields }),
      },
      // It was told when it happened; now it is only read.
      report: () => {},
    })
    return {
      kit: running,
      close() {
        running.close()
        for (const stop of watches) stop()
      },
    }
  }

  return {
    async entries(agent: Agent): Promise<readonly Entry[]> {
      const kit = deps.kits.find(({ name }) => name === agent.kit)
      if (!kit?.abilities.transcript) return []
      const held = open.get(agent.id) ?? opened(agent, kit)
      open.get(agent.id)?.cancel()
      open.set(agent.id, { ...held, cancel: clock.after(KEPT_MS, () => drop(agent.id)) })
      return held.kit.entries()
    },
    close(): void {
      for (const id of open.keys()) drop(id)
    },
  }
}
