// Opens the kit of every running session, and carries what kits tell to the status, the queue, the ledger and the conversation.
import { mkdir, rm } from 'node:fs/promises'
import type { AgentKit } from '@tutti/agents'
import {
  fault,
  Fault,
  type Agent,
  type AgentId,
  type Answer,
  type Ask,
  type Clock,
  type Entry,
  type KitInfo,
  type Status,
  type Why,
} from '@tutti/core'
import type { Environment } from '../agents/environment.ts'
import { NO_NEEDS, type Report, type StatusSource } from '../agents/status-source.ts'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { createUnderWay } from '../under-way.ts'
import { createArrivals, type Arrivals } from './arrivals.ts'
import type { Hook } from './hooks.ts'
import { kitFolder, prepareKit, unable, type LaunchingDeps } from './launching.ts'
import { createMachine } from './machine.ts'
import { meetProgram } from './meeting.ts'
import { createReading } from './reading.ts'
import { createRun, type Ears, type KitRun } from './session.ts'
import { vendorSession } from './store.ts'

export interface KitHostDeps extends LaunchingDeps {
  kits: readonly AgentKit[]
  store: Store
  clock: Clock
  log: Log
  host: TerminalHost
  agent(id: AgentId): Agent
  ears: Omit<Ears, 'status' | 'foreign'>
  /** Where files for an agent are put. */
  filesFolder(id: AgentId): string
  /** The environment of an agent's program. */
  envOf(agent: Agent): Environment
}

// A program that takes words takes them within a second; one that does not must not hold up the end.
const TYPED_MS = 2000

export type KitHost = ReturnType<typeof createKitHost>

export function createKitHost(deps: KitHostDeps) {
  const { kits } = deps
  const runs = new Map<AgentId, KitRun>()
  const reading = createReading(deps)
  const typing = createUnderWay(deps.clock, TYPED_MS)
  const kitFor = (argv: readonly string[]): AgentKit | undefined => kits.find((kit) => kit.fits(argv))

  const runOf = (id: AgentId): KitRun => {
    const run = runs.get(id)
    if (run?.running) return run
    const agent = deps.agent(id)
    throw agent.session === null ? fault('agent.not-running', { name: agent.name }) : unable(agent, 'reach')
  }

  const isExpected = ({ kit, session, status }: Agent): boolean =>
    kits.some(({ name }) => name === kit) &&
    (status.state === 'starting' || (session !== null && !session.adopted))

  const arrivals = createArrivals(deps.clock)
  const watch = createOpening({ ...deps, arrived: arrivals.arrived }, runs)
  const source: StatusSource = {
    fits: (argv) => kitFor(argv) !== undefined,
    async prepare(start) {
      const kit = kitFor(start.argv)
      if (kit) return prepareKit(deps, kit, start)
      return { argv: start.argv, env: {}, statements: [], kit: null, needs: NO_NEEDS }
    },
    meet: (agent) => meetProgram(deps, agent),
    watch,
    async forget({ id }) {
      for (const folder of [kitFolder(deps, id), deps.filesFolder(id)]) {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }

  return {
    source,

    /** Gives a hook to the kit whose session it is, which may still be opened; null when none listens. */
    async hook(id: AgentId, { name, payload, gone }: Hook): Promise<unknown> {
      if (!runs.get(id)?.running && isExpected(deps.agent(id))) await arrivals.wait(id, gone)
      return (await runs.get(id)?.running?.hook(name, payload, gone)) ?? null
    },

    /** What the program calls its window. */
    title: (id: AgentId, title: string): void => runs.get(id)?.machine.retitled(title),

    async answer(id: AgentId, ref: string, answer: Answer): Promise<void> {
      await runOf(id).running?.answer(ref, answer)
    },

    /** 'busy' also once it is to rest: the words are kept for the next start. */
    give: async (id: AgentId, text: string): Promise<'taken' | 'busy' | 'unable'> =>
      typing.isEnding() ? 'busy' : typing.keep(() => given(runs.get(id), text)),

    async interrupt(id: AgentId): Promise<void> {
      const run = runOf(id)
      if (!reaches(run, 'interrupt')) throw unable(deps.agent(id), 'interrupt')
      await run.running?.interrupt()
    },

    /** A content-free notice; false when the agent cannot take it now. `now` tells the words where it is given later. */
    async notice(id: AgentId, text: string, now?: () => string | null): Promise<boolean> {
      const run = runs.get(id)
      const running = run && reaches(run, 'prompt') ? run.running : null
      if (running === null || typing.isEnding()) return false
      return typing.keep(() => running.notice(text, now))
    },

    /** The whole conversation, oldest first, also of an agent that sleeps. */
    async entries(id: AgentId): Promise<readonly Entry[]> {
      const run = runs.get(id)
      if (run?.running) return run.running.entries()
      return reading.entries(deps.agent(id))
    },

    asks: (id: AgentId): Ask[] => runs.get(id)?.asks() ?? [],

    why(id: AgentId): Why {
      const { status } = deps.agent(id)
      return { agentId: id, status, reasons: runs.get(id)?.fused().reasons ?? [] }
    },

    /** Whether its program would go on with the same conversation after a sleep. */
    resumes: ({ id, kit: name }: Agent): boolean =>
      kits.some((kit) => kit.name === name && kit.abilities.resume) &&
      (vendorSession(deps.store, id)?.transcript ?? null) !== null,

    /** Whether the kit tells what model calls use. */
    isCounted: (id: AgentId): boolean => runs.get(id)?.kit.abilities.usage ?? false,

    infos: (): KitInfo[] => kits.map(infoOf),

    /** Nothing is typed by itself any more; resolves when words that are half typed are there, or are given up. */
    rest: typing.end,

    close(): void {
      for (const run of runs.values()) run.close()
      runs.clear()
      reading.close()
    },
  }
}

/** Opens the kit of a session and closes it again; a kit that tells nonsense ends neither the daemon nor the others. */
function createOpening(
  deps: KitHostDeps & Pick<Arrivals, 'arrived'>,
  runs: Map<AgentId, KitRun>,
): StatusSource['watch'] {
  const { log } = deps

  const guarded = (run: KitRun, hear: () => void): void => {
    try {
      hear()
    } catch (error) {
      log.error('kit.failed', { id: run.id, kit: run.kit.name, problem: String(error) })
    }
  }

  const open = async (agent: Agent, { env, run }: { env: Environment; run: KitRun }): Promise<void> => {
    const runFolder = kitFolder(deps, agent.id)
    await mkdir(runFolder, { recursive: true, mode: 0o700 })
    if (runs.get(agent.id) !== run) return
    const known = vendorSession(deps.store, agent.id)
    run.running = run.kit.open({
      agentId: agent.id,
      folder: agent.folder,
      home: env['HOME'] ?? '',
      runFolder,
      env,
      startedAt: agent.session?.startedAt ?? deps.clock.now(),
      version: known?.version ?? null,
      session: known === null || known.session === '' ? null : known.session,
      machine: run.machine,
      report: (signal) => guarded(run, () => run.hear(signal)),
    })
    deps.arrived(agent.id)
  }

  return (agent, env, report) => {
    const kit = deps.kits.find(({ name }) => name === agent.kit)
    if (!kit) return () => {}
    const machine = createMachine(agent.id, deps)
    machine.retitled(agent.session?.title ?? '')
    const ears: Ears = {
      ...deps.ears,
      status: (_id, fused) => report(reportOf(fused.status)),
      foreign: (id, problem) => log.warn('kit.foreign', { id, kit: kit.name, problem }),
    }
    const startedAt = agent.session?.startedAt ?? deps.clock.now()
    const run = createRun({
      id: agent.id,
      kit,
      machine,
      isFound: agent.session?.adopted ?? false,
      startedAt,
      ears,
    })
    runs.set(agent.id, run)
    if (agent.session?.adopted) report(asFound(kit))
    open(agent, { env, run }).catch((error: unknown) =>
      log.error('kit.not-opened', { id: agent.id, kit: kit.name, problem: String(error) }),
    )
    return () => {
      if (runs.get(agent.id) === run) runs.delete(agent.id)
      run.close()
    }
  }
}

/** What is said until the program of a session that somebody else started tells more, which some never do. */
const asFound = ({ label }: AgentKit): Report => ({
  state: 'unknown',
  why: `${label} was found running on your own tmux server, and nothing has told yet what it does`,
})

/** Words into a channel that nobody reads would be lost without a word. */
const reaches = ({ kit, isFound }: KitRun, how: 'prompt' | 'interrupt'): boolean =>
  kit.abilities[how] !== 'none' && !(isFound && kit.abilities[how] === 'channel')

// Before a program stands at its prompt, what is typed is lost.
const BEFORE_ITS_PROMPT: ReadonlySet<Status['state']> = new Set(['starting'])

async function given(run: KitRun | undefined, text: string): Promise<'taken' | 'busy' | 'unable'> {
  if (!run || !reaches(run, 'prompt')) return 'unable'
  // A kit that is still being opened takes words soon.
  if (run.running === null || BEFORE_ITS_PROMPT.has(run.fused().status.state)) return 'busy'
  try {
    await run.running.prompt(text)
    return 'taken'
  } catch (error) {
    if (error instanceof Fault && error.code === 'agent.busy') return 'busy'
    throw error
  }
}

/** A kit does not know of sleep; an ended program is told by its session's end. */
const reportOf = ({ state, why, since }: Status): Report =>
  state === 'hibernated' ? { state: 'unknown', why, since } : { state, why, since }

const infoOf = ({ name, label, commands, trust, abilities, proved }: AgentKit): KitInfo => ({
  name,
  label,
  commands: [...commands],
  trust: {
    supervised: trust.supervised !== null,
    plan: trust.plan !== null,
    edits: trust.edits !== null,
    smart: trust.smart !== null,
    full: trust.full !== null,
  },
  abilities: { ...abilities },
  proved: { ...proved },
})
