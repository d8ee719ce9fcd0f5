// What tests of agents share: a real store in a folder of its own, a host without tmux, a clock that is moved by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, fault, type Agent, type AgentId, type Clock, type ParsedOf, type Role } from '@tutti/core'
import { afterEach, beforeEach } from 'vitest'
import { createAgentTokens } from '../accounts/agent-tokens.ts'
import { openStore } from '../db/open.ts'
import type { By, Store } from '../db/store.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import type { Context } from '../handler.ts'
import type { SessionExit, SessionStart, TerminalHost } from '../terminals/host.ts'
import { createAgents, type AgentsDeps } from './agents.ts'
import type { Sandboxing, Vault } from './launch.ts'

export const BY: By = { actor: 'usr_1', address: '127.0.0.1', act: 'test', audited: true }

export interface TestContext extends Context {
  headers: Map<string, string>
}

export function aContext(extra: { role?: Role; version?: number } = {}): TestContext {
  const headers = new Map<string, string>()
  const role = extra.role ?? 'owner'
  return {
    actor: { id: 'usr_1', userId: null, name: 'ada', role, scopes: null, loginId: null, agentId: null },
    by: { ...BY },
    address: '127.0.0.1',
    agent: 'test',
    origin: 'http://localhost:4747',
    version: extra.version ?? 1,
    requestId: 'req_1',
    gone: () => new AbortController().signal,
    body: new Uint8Array(),
    sent: () => undefined,
    header: (name, value) => headers.set(name, value),
    headers,
  }
}

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))

export const newAgent = (
  name: string,
  extra: Partial<ParsedOf<'createAgent'>> = {},
): ParsedOf<'createAgent'> => ({
  name,
  label: '',
  tags: [],
  folder: tmpdir(),
  program: '/bin/sh',
  args: [],
  env: {},
  persona: {},
  trust: null,
  egress: [],
  wake: false,
  ...extra,
})

/** A vault whose sealing can be seen through by the test alone. */
export const testVault: Vault = {
  seal: (plaintext, place) => Buffer.from(JSON.stringify([place, plaintext])).map((byte) => byte ^ 0x5a),
  open(sealed, place) {
    const [madeFor, plaintext]: unknown[] = JSON.parse(
      Buffer.from(Buffer.from(sealed).map((byte) => byte ^ 0x5a)).toString(),
    )
    if (JSON.stringify(madeFor) !== JSON.stringify(place)) throw new Error('opened in another place')
    return Buffer.from(String(plaintext))
  },
}

/** A clock that stands still until it is moved. */
export function handClock(start = 1_700_000_000_000): Clock & { move(ms: number): void } {
  let now = start
  const waiting = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run }
      waiting.add(entry)
      return () => waiting.delete(entry)
    },
    move(ms) {
      now += ms
      for (const entry of [...waiting].filter(({ at }) => at <= now)) {
        if (waiting.delete(entry)) entry.run()
      }
    },
  }
}

/** Of a machine that has none. */
const noSandbox: Sandboxing = {
  url: '',
  refuse: () => Promise.reject(fault('isolation.unavailable', { problem: 'this is a test', advice: '' })),
  wrap: () => Promise.reject(new Error('not part of this double')),
}

/** Sessions that are only entries of a map. */
export interface FakeHost extends TerminalHost {
  running: Map<string, SessionStart>
  calls: string[]
  end(exit: Pick<SessionExit, 'agentId' | 'code'> & { lines?: string[] }): void
  refuseStart: string | null
}

export function fakeHost(): FakeHost {
  const running = new Map<string, SessionStart>()
  const adopted = new Set<string>()
  const listeners = new Set<(exit: SessionExit) => void>()
  const calls: string[] = []
  const unused = () => {
    throw new Error('not part of this double')
  }
  const host: FakeHost = {
    running,
    calls,
    refuseStart: null,
    start(session) {
      calls.push(`start ${session.agentId}`)
      if (host.refuseStart !== null) {
        return Promise.reject(fault('terminal.failed', { problem: host.refuseStart }))
      }
      if (running.has(session.agentId)) return Promise.reject(new Error('it runs twice'))
      running.set(session.agentId, session)
      return Promise.resolve()
    },
    stop(id) {
      if (!running.delete(id)) return Promise.reject(fault('agent.not-running', { name: id }))
      calls.push(`stop ${id}`)
      return Promise.resolve()
    },
    release(id) {
      calls.push(`release ${id}`)
      adopted.delete(id)
      return Promise.resolve()
    },
    recover: () =>
      Promise.resolve(
        [...running.keys()].map((agentId) => ({ agentId, isAdopted: false, state: 'running' as const })),
      ),
    found: () => Promise.resolve([]),
    adopt({ agentId }) {
      calls.push(`adopt ${agentId}`)
      adopted.add(agentId)
      return Promise.resolve()
    },
    isRunning: (id) => running.has(id) || adopted.has(id),
    sendKeys: unused,
    paste: unused,
    programPid: unused,
    titleMark: unused,
    capture: unused,
    info: unused,
    attachArgv: unused,
    open: unused,
    onExit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    end({ agentId, code, lines = [] }) {
      running.delete(agentId)
      for (const tell of listeners) tell({ agentId, code, signal: null, lastLines: lines })
    },
  }
  return host
}

export interface Machine {
  folder: string
  database: string
  /** `disk` stands between the agents and their store. */
  open(
    extra?: Partial<AgentsDeps>,
    disk?: (store: Store) => Store,
  ): Promise<{ store: Store; agents: ReturnType<typeof createAgents> }>
  close(): Promise<void>
}

/** A data folder whose store and agents can be opened again and again, as a daemon that restarts does. */
export function aMachine(host: TerminalHost, clock: Clock = realClock): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-agents-'))
  const database = join(folder, 'tutti.db')
  let closeOpen = () => Promise.resolve()
  return {
    folder,
    database,
    async open(extra = {}, disk = (store) => store) {
      await closeOpen()
      const opened = await openStore({
        path: database,
        clock,
        log: quietLog,
        auditKey: new Uint8Array(32).fill(7),
      })
      const store = disk(opened)
      const agents = createAgents({
        store,
        host,
        clock,
        random: randomBytes,
        log: quietLog,
        vault: testVault,
        sources: [],
        inherited: { PATH: '/usr/bin:/bin', HOME: '/root', TUTTI_SECRET: 'of the daemon' },
        folderFor: (path) => Promise.resolve(path),
        commandFor: (program) => Promise.resolve(program.startsWith('/') ? [program] : null),
        url: () => 'http://127.0.0.1:1',
        sandbox: noSandbox,
        isolation: () => 'none',
        issueToken: createAgentTokens(store, randomBytes).issue,
        avatarFolder: join(folder, 'avatars'),
        bootedAt: 0,
        restoreAfterReboot: false,
        undeleteDays: () => 30,
        ...extra,
      })
      closeOpen = async () => {
        closeOpen = () => Promise.resolve()
        await agents.close()
        await opened.close()
      }
      return { store, agents }
    },
    async close() {
      await closeOpen()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A PNG of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** 'done', or the code of the fault that it ends with. */
export async function codeOf(work: unknown): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Fault ? error.code : `not a fault: ${String(error)}`
  }
}

/** A machine with agents for each test of a file, on a host without tmux. */
export function useAgents() {
  const make = () => {
    const host = fakeHost()
    const clock = handClock()
    return { host, clock, machine: aMachine(host, clock) }
  }
  let parts: ReturnType<typeof make>
  let opened: Awaited<ReturnType<Machine['open']>>
  const open = async (extra: Parameters<Machine['open']>[0] = {}) => {
    opened = await parts.machine.open(extra)
  }
  beforeEach(async () => {
    parts = make()
    await open()
  })
  afterEach(() => parts.machine.close())
  return {
    open,
    get host() {
      return parts.host
    },
    get clock() {
      return parts.clock
    },
    get machine() {
      return parts.machine
    },
    get agents() {
      return opened.agents
    },
    get store() {
      return opened.store
    },
    get: (id: AgentId) => opened.agents.roster.get(id),
    create: async (name: string, extra: Partial<ParsedOf<'createAgent'>> = {}): Promise<Agent> =>
      opened.agents.handlers.createAgent(newAgent(name, extra), aContext()),
    wake: async (id: AgentId): Promise<Agent> =>
      opened.agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext()),
  }
}

/** Resolves when the condition holds; fails after forty seconds, as real programs take their time on a machine with other work. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
