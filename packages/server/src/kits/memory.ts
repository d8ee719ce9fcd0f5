// Keeps the programs of agents within the memory that they may take: idle ones sleep, and wake with the same conversation.
import { readFile } from 'node:fs/promises'
import { sleepers, type Agent, type AgentId, type Clock } from '@tutti/core'
import type { By } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { repeat } from '../repeat.ts'
import { processesBelow } from './processes.ts'

export interface MemoryDeps {
  clock: Clock
  log: Log
  limitMb(): number | null
  agents(): readonly Agent[]
  /** Whether it would go on with the same conversation. */
  resumes(agent: Agent): boolean
  /** Whether something waits that it should be awake for: a question, or words. */
  isNeeded(id: AgentId): boolean
  pid(id: AgentId): number
  /** The memory of a process and all below it. */
  bytes(pid: number): Promise<number>
  hibernate(id: AgentId, by: By, why: string): Promise<unknown>
}

const EVERY_MS = 30_000
const SLEEP: By = { actor: 'system', address: '', act: 'sleepAgent', audited: false }

/** Looks at it until the answer is called. */
export function watchMemory(deps: MemoryDeps): () => Promise<void> {
  const { clock, log } = deps
  const failed = (error: unknown) => log.warn('memory.failed', { problem: String(error) })
  return repeat(clock, { firstMs: EVERY_MS, everyMs: EVERY_MS, failed }, () => look(deps))
}

/** One look: who takes how much, and who sleeps. */
export async function look(deps: MemoryDeps): Promise<void> {
  const limitMb = deps.limitMb()
  if (limitMb === null) return
  const limit = limitMb * 1_000_000
  const running = deps.agents().filter(({ session }) => session !== null && !session.adopted)
  const resting = await Promise.all(running.map((agent) => restingOf(deps, agent)))
  const total = resting.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { agent } of sleepers(resting, limit, deps.clock.now())) {
    const minutes = Math.round((deps.clock.now() - agent.status.since) / 60_000)
    const why = `It sleeps to free memory: agents took ${megabytes(total)} of ${limitMb} MB, and it had been idle for ${minutes} min`
    await deps.hibernate(agent.id, SLEEP, why)
    deps.log.info('memory.slept', { id: agent.id, totalBytes: total, limitMb })
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`

async function restingOf(deps: MemoryDeps, agent: Agent) {
  const { id, status } = agent
  const maySleep = status.state === 'idle' && deps.resumes(agent) && !deps.isNeeded(id)
  const bytes = await deps.bytes(deps.pid(id)).catch(() => 0) // it has just ended
  return { id, agent, bytes, idleSince: maySleep ? status.since : null }
}

const PAGE_BYTES = 4096

/** Resident memory of a process and all below it; what they share counts for each, which errs on the safe side. */
export async function residentBytes(pid: number): Promise<number> {
  const sizes = await Promise.all((await processesBelow(pid)).map((one) => residentOf(one.pid)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function residentOf(pid: number): Promise<number> {
  // Where the system does not tell, or the process has ended, nothing is known, and nobody sleeps for it.
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')
  return Number(text.split(' ')[1] ?? 0) * PAGE_BYTES
}
