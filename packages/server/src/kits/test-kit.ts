// What tests of oversight share: a kit whose program is played by the test, and agents that are looked after.
import type { AgentKit, KitSession, LaunchRequest, RunningKit } from '@tutti/agents'
import {
  must,
  type Agent,
  type AgentId,
  type Answer,
  type Ask,
  type Clock,
  type Entry,
  type State,
} from '@tutti/core'
import { afterEach, beforeEach } from 'vitest'
import type { StatusSource } from '../agents/status-source.ts'
import {
  aContext,
  aMachine,
  fakeHost,
  handClock,
  newAgent,
  testVault,
  until,
} from '../agents/test-support.ts'
import type { Agents, AgentsDeps } from '../agents/agents.ts'
import type { Store } from '../db/store.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { quietLog } from '../db/test-support.ts'
import { createSettings } from '../settings/settings.ts'
import { createOversight, type Oversight } from '../wiring/oversight.ts'

/** A program under the hands of the test. */
export interface Played {
  session: KitSession
  answers: { ref: string; answer: Answer }[]
  prompts: string[]
  interrupts: number
  /** The program takes no words or answers now. */
  refuses: Error | null
  /** It takes an answer, and says so once this has resolved. */
  lasts: Promise<void> | null
  conversation: Entry[]
  isClosed: boolean
}

export interface PlayedKit extends AgentKit {
  /** Every session that was opened, oldest first. */
  opened: Played[]
  /** Every start that was asked for. */
  launched: LaunchRequest[]
}

export function playedKit(name = 'played'): PlayedKit {
  const opened: Played[] = []
  const launched: LaunchRequest[] = []
  return {
    name,
    label: 'Played by a test',
    commands: [name],
    proved: { from: '1', to: '1' },
    trust: { supervised: [], plan: null, edits: null, smart: null, full: [] },
    abilities: {
      prompt: 'channel',
      interrupt: 'channel',
      answer: 'channel',
      resume: true,
      transcript: true,
      usage: true,
      personas: true,
    },
    opened,
    launched,
    fits: ([program]) => program === `/${name}`,
    version: () => null,
    versionArgs: [],
    launch(request) {
      launched.push(request)
      const { argv, resume, newSession } = request
      return {
        argv: resume === null ? argv : [...argv, '--resume', resume],
        env: { PLAYED: 'yes' },
        files: [{ path: 'settings/hooks.json', content: '{}' }],
        session: resume ?? newSession,
      }
    },
    open(session) {
      const played: Played = {
        session,
        answers: [],
        prompts: [],
        interrupts: 0,
        refuses: null,
        lasts: null,
        conversation: [],
        isClosed: false,
      }
      opened.push(played)
      return running(played)
    },
  }
}

function running(played: Played): RunningKit {
  const take = async (work: () => void): Promise<void> => {
    if (played.refuses) throw played.refuses
    work()
    await played.lasts
  }
  return {
    hook: (name) => Promise.resolve({ heard: name }),
    answer: (ref, answer) => take(() => played.answers.push({ ref, answer })),
    prompt: (text) => take(() => played.prompts.push(text)),
    interrupt: () => take(() => played.interrupts++),
    notice: () => Promise.resolve(true),
    entries: () => Promise.resolve(played.conversation),
    close() {
      played.isClosed = true
    },
  }
}

/** An approval of a shell command, as a kit tells it. */
export const anApproval = (command: string, extra: Partial<Ask> = {}): Ask => ({
  ref: `ask ${command}`,
  kind: 'approval',
  title: command,
  tool: 'Bash',
  input: { command },
  reason: '',
  questions: [
    {
      text: `Allow ${command}?`,
      header: '',
      choices: [
        { key: 'yes', label: 'Yes', effect: 'allow', description: '' },
        { key: 'no', label: 'No', effect: 'deny', description: '' },
      ],
      multiple: false,
      words: false,
    },
  ],
  at: 1,
  onBehalfOf: null,
  ...extra,
})

export const ALLOW: Answer = { kind: 'choose', choices: [['yes']] }

export interface StageOptions<H extends TerminalHost, C extends Clock> {
  kits: readonly AgentKit[]
  host: H
  clock: C
  agents?: Partial<AgentsDeps>
}

/** A machine whose daemon can end and come again. */
export function aStage<H extends TerminalHost, C extends Clock>(options: StageOptions<H, C>) {
  const { kits, host, clock } = options
  const machine = aMachine(host, clock)
  const opened: { oversight?: Oversight; agents?: Agents; store?: Store } = {}
  const oversight = () => must(opened.oversight, 'an open stage')
  const agents = () => must(opened.agents, 'an open stage')
  const source: StatusSource = {
    fits: (argv) => oversight().source.fits(argv),
    prepare: (start) => oversight().source.prepare(start),
    meet: (agent) => oversight().source.meet(agent),
    watch: (...given) => oversight().source.watch(...given),
    forget: (agent) => oversight().source.forget(agent),
  }
  const room = (store: Store) => ({
    store,
    clock,
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    log: quietLog,
    vault: {
      seal: testVault.seal,
      open: (...given: Parameters<typeof testVault.open>) => new Uint8Array(testVault.open(...given)),
    },
    url: () => 'http://127.0.0.1:1',
    settings: { current: () => ({ ...createSettings({ store, machine: 'm', home: '/' }).current() }) },
    config: { runtimeFolder: machine.folder, dataFolder: machine.folder },
  })
  const watched = (store: Store): Store => {
    const envOf = () => ({ HOME: machine.folder })
    opened.store = store
    const mcp = ['tutti', 'mcp'] as const
    opened.oversight = createOversight(room(store), { kits, host, agents, envOf, mcp })
    return store
  }
  return {
    host,
    clock,
    folder: machine.folder,
    oversight,
    agents,
    store: () => must(opened.store, 'an open stage'),
    async open(): Promise<void> {
      opened.agents = (await machine.open({ ...options.agents, sources: [source] }, watched)).agents
    },
    async close(): Promise<void> {
      await oversight().close()
      await machine.close()
    },
  }
}

/** Agents that are looked after, for each test of a file, on a host without tmux. */
export function useOversight() {
  const kit = playedKit()
  const make = () => aStage({ kits: [kit], host: fakeHost(), clock: handClock() })
  let stage: ReturnType<typeof make>
  beforeEach(async () => {
    kit.opened.length = 0
    stage = make()
    await stage.open()
  })
  afterEach(() => stage.close())
  const played = (id: AgentId): Played =>
    must(
      kit.opened.findLast(({ session }) => session.agentId === id),
      'the session of an agent that runs',
    )
  const get = (id: AgentId): Agent => stage.agents().roster.get(id)
  const list = (settled: boolean) =>
    stage.oversight().handlers.listAttention({ settled, limit: 100 }, aContext())
  return {
    kit,
    played,
    get,
    host: () => stage.host,
    store: () => stage.store(),
    now: () => stage.clock.now(),
    move: (ms: number) => stage.clock.move(ms),
    after: (ms: number, run: () => void) => stage.clock.after(ms, run),
    item: (id: string) => stage.oversight().item(id),
    get agents() {
      return stage.agents()
    },
    get do() {
      return stage.oversight().handlers
    },
    /** An agent whose program runs and stands at its prompt. */
    async running(name: string): Promise<Agent> {
      const asked = newAgent(name, { program: '/played', wake: true })
      const { id } = await stage.agents().handlers.createAgent(asked, aContext())
      await until(() => kit.opened.some(({ session }) => session.agentId === id))
      says(played(id), 'idle')
      await until(() => get(id).status.state === 'idle')
      return get(id)
    },
    /** The next daemon on the same folder, which meets its sessions again. */
    async restart(): Promise<void> {
      await stage.oversight().close()
      await stage.open()
      const before = kit.opened.length
      const { running: living } = await stage.agents().recover()
      await until(() => kit.opened.length === before + living)
    },
    says(id: AgentId, state: State): void {
      stage.clock.move(1000)
      says(played(id), state)
    },
    asks(id: AgentId, ask: Ask): void {
      stage.clock.move(1000)
      played(id).session.report({ type: 'ask', ask })
    },
    /** The open items, when there are so many. */
    async open(count: number) {
      await until(async () => (await list(false)).length === count)
      return list(false)
    },
    settled: async () => list(true),
  }
}

const says = ({ session }: Played, state: State): void =>
  session.report({
    type: 'evidence',
    evidence: { source: 'vendor', state, why: `It says ${state}`, at: session.machine.clock.now() },
  })
