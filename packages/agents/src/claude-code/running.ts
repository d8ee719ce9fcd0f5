// A running session of Claude Code: brings together its file, hooks, transcript and screen, and hands answers and words over.
import { join } from 'node:path'
import { fault, type Answer, type Ask, type Evidence, type State } from '@tutti/core'
import type { KitSession, RunningKit } from '../kit.ts'
import { createTyping, type Typing } from '../typing.ts'
import { isWithin } from '../version.ts'
import { createAsks, type Asks } from './asks.ts'
import { factsOf, type HookFacts } from './hooks.ts'
import { askOf, decisionOf, requestOf } from './permission.ts'
import { createOpeningWatch, type OpeningWatch } from './opening-watch.ts'
import { createRetryWatch, type RetryWatch } from './retry-watch.ts'
import { promptOn } from './screen.ts'
import { sessionsOf } from './sandbox.ts'
import { createScreenAsks, SCREEN_REF, type ScreenAsks } from './screen-asks.ts'
import { SESSION_ID, type VendorState } from './session-file.ts'
import { judge, SETTLE_MS, type Situation } from './situation.ts'
import { createTranscript, toldPath, transcriptPath, type Transcript } from './transcript.ts'
import { createTurns, type Turns } from './turns.ts'
import { createVendorWatch, type VendorWatch } from './vendor-watch.ts'

type Proved = { readonly from: string; readonly to: string }

// How long an Esc may take to show in the session file, and how often it is tried.
const PRESS_MS = 1000
const PRESS_LOOK_MS = 30
const MOST_PRESSES = 3
// The program shows the dialog of a sub-agent only once its hook has answered, so that hook is held for rules and quick hands
// only: a person at the keyboard must not wait for one who may never come.
const HOLD_MS = 2500
/** What an Esc can end. */
const ACTIVE: ReadonlySet<State> = new Set(['working', 'rate-limited', 'waiting-approval', 'waiting-answer'])
const NO_OPINION = {}
const PLACEHOLDER = /\[Pasted text #\d+/u
const AT_KEYBOARD = 'It was answered at the keyboard, or is void'

export const openSession = (session: KitSession, proved: Proved): RunningKit =>
  new ClaudeSession(session, proved)

// State and identity are one here: what a hook means depends on all that was told before.
class ClaudeSession implements RunningKit {
  private readonly session: KitSession
  private readonly projects: string
  private readonly asks: Asks
  private readonly turns: Turns
  private readonly retries: RetryWatch
  private readonly openings: OpeningWatch
  private readonly isProved: boolean
  private readonly transcript: Transcript
  private readonly typing: Typing
  private readonly screenAsks: ScreenAsks
  private readonly vendorWatch: VendorWatch
  private vendor: VendorState | null = null
  private opening: string | null = null
  private retry: { words: string; at: number } | null = null
  private known: string | null = null
  private state: State = 'unknown'
  private told = ''
  private toldAt = 0
  private toldSource: Evidence['source'] = 'process'
  /** Goes to the agent with the next hook that can carry it. */
  private waitingNotice: WaitingNotice | null = null
  private isClosed = false
  private cancelJudge: () => void = () => {}
  private readonly timers = new Set<() => void>()

  constructor(session: KitSession, proved: Proved) {
    const { machine, report, agentId } = session
    const config = session.env['CLAUDE_CONFIG_DIR'] ?? join(session.home, '.claude')
    this.session = session
    this.projects = join(config, 'projects')
    this.asks = createAsks(machine.clock, report)
    const turns = createTurns(session.startedAt)
    this.turns = turns
    this.retries = createRetryWatch({ machine, changed: (words) => this.retryChanged(words) })
    this.isProved = isWithin(session.version, proved)
    this.openings = createOpeningWatch({
      machine,
      changed: (words) => {
        this.opening = words
        this.assess()
      },
    })
    const transcript = createTranscript({
      machine,
      report,
      requested: () => this.retries.requested(),
      grown: (entries, isFirst) => {
        turns.grown(entries, isFirst)
        this.assess()
      },
    })
    this.transcript = transcript
    this.typing = createTyping({
      agentId,
      machine,
      promptOn,
      placeholder: PLACEHOLDER,
      mayPress: () => !this.isAsking(),
      lastPrompt: () => turns.lastPrompt(),
      tookSince: (words, since) => turns.tookSince(words, since),
    })
    const { asks, typing } = this
    this.screenAsks = createScreenAsks({ machine, asks, openTools: () => transcript.openTools(), typing })
    this.vendorWatch = createVendorWatch({
      machine,
      folders: [join(config, 'sessions'), sessionsOf(session.runFolder)],
      proved,
      changed: (state) => this.vendorChanged(state),
    })
    if (session.session !== null) this.recognised(session.session, '')
    this.assess()
  }

  async hook(name: string, payload: unknown, gone: AbortSignal): Promise<unknown> {
    if (this.isClosed || gone.aborted) return NO_OPINION
    const facts = factsOf(payload)
    this.recognised(facts.session, facts.transcript)
    if (name === 'PermissionRequest') return this.permission(payload, facts, gone)
    const at = this.now()
    const ended = this.turns.hook(name, facts, at)
    this.settleBy(name, facts)
    const opinion = this.opinionOn(name, facts)
    if (ended === 'turn-ended' && opinion === NO_OPINION)
      this.session.report({ type: 'turn-ended', last: facts.lastMessage, at })
    this.assess()
    return opinion
  }

  async answer(ref: string, answer: Answer): Promise<void> {
    await this.asks.answer(ref, answer)
    this.assess()
  }

  async prompt(text: string): Promise<void> {
    if (this.isAsking()) throw fault('agent.busy', { name: this.session.agentId })
    await this.typing.send(text)
  }

  async interrupt(): Promise<void> {
    // A turn takes no Esc in its first moment; a second Esc at rest would open a menu, hence the look in between.
    for (let presses = 0; presses < MOST_PRESSES && ACTIVE.has(this.state); presses++) {
      await this.session.machine.terminal.press('Escape')
      if (await this.comesToRest()) return
    }
  }

  async notice(text: string, now: () => string | null = () => text): Promise<boolean> {
    if (this.isAsking()) return false
    // One that was typed before may only now be seen to be taken. It tells nothing of mail that has come since.
    if (this.typing.isUnfinished() && (await this.typing.finish()) === text) return true
    if (this.typing.isUnfinished()) return false
    if (this.turns.turn().is === 'open') return this.atNextHook(now)
    if (!(await this.typing.isReady())) return false
    await this.typing.deliver(text)
    return true
  }

  entries() {
    return this.transcript.entries()
  }

  close(): void {
    this.isClosed = true
    this.giveUpNotice()
    this.cancelJudge()
    for (const cancel of this.timers) cancel()
    this.retries.close()
    this.openings.close()
    this.vendorWatch.close()
    this.transcript.close()
  }

  private async comesToRest(): Promise<boolean> {
    const { clock } = this.session.machine
    const deadline = clock.now() + PRESS_MS
    while (ACTIVE.has(this.state) && clock.now() < deadline && !this.isClosed)
      await new Promise<void>((resolve) => clock.after(PRESS_LOOK_MS, resolve))
    // Without its session file nothing tells of an interrupt at once, and one Esc has to do.
    return this.vendor === null || !ACTIVE.has(this.state)
  }

  private now(): number {
    return this.session.machine.clock.now()
  }

  private isAsking(): boolean {
    return this.vendor?.status === 'waiting' || this.asks.waiting() !== null
  }

  private assess(): void {
    if (this.isClosed) return
    const { vendor, retry, turns, opening } = this
    // Interrupted or failed: no hook will come.
    if (!['open', 'ended'].includes(turns.turn().is)) this.giveUpNotice()
    const oldest = this.asks.waiting()
    const ask: Situation['ask'] = oldest && {
      kind: oldest.kind === 'question' ? 'question' : 'approval',
      title: oldest.title,
      at: oldest.at,
    }
    const situation = { vendor, turn: turns.turn(), tasks: turns.tasks(), retry, opening, ask }
    const { evidence, againMs } = judge(situation, this.now())
    this.cancelJudge()
    this.cancelJudge =
      againMs === null ? () => {} : this.session.machine.clock.after(againMs, () => this.assess())
    this.tell(evidence)
    this.openings.silent(this.isProved && (evidence.source === 'process' || evidence.source === 'screen'))
    this.retries.busy(evidence.state === 'working' || evidence.state === 'rate-limited')
  }

  private tell(evidence: Evidence): void {
    this.state = evidence.state
    const next = `${evidence.source} ${evidence.state} ${evidence.why}`
    if (next === this.told) return
    this.told = next
    // What is told later is newer, although it may rest on something older: a retry that is over leaves "busy" as it was.
    this.toldAt = Math.max(evidence.at, this.toldAt + 1)
    const { report } = this.session
    // What its screen asked before it began is over as soon as anything better speaks.
    if (this.toldSource === 'screen' && evidence.source !== 'screen')
      report({ type: 'silent', source: 'screen' })
    this.toldSource = evidence.source
    report({ type: 'evidence', evidence: { ...evidence, at: this.toldAt } })
  }

  private retryChanged(words: string | null): void {
    this.retry = words === null ? null : { words, at: this.now() }
    this.assess()
  }

  private vendorChanged(state: VendorState | null): void {
    this.vendor = state
    if (!state) this.session.report({ type: 'silent', source: 'vendor' })
    else if (state.session !== this.known) this.recognised(state.session, '')
    this.later(SETTLE_MS, () =>
      state?.status === 'waiting' ? this.askFromScreen() : this.settleAtKeyboard(),
    )
    if (state && state.status !== 'waiting') this.settleAnswered(state.at)
    this.assess()
  }

  /** What is certain as soon as no dialog is there: our answers were taken, and what was read off the screen is gone. */
  private settleAnswered(at: number): void {
    this.asks.settle(
      ({ ask, answeredAt }) => (answeredAt === null ? ask.ref.startsWith(SCREEN_REF) : answeredAt <= at),
      AT_KEYBOARD,
    )
  }

  /** No dialog is on the screen any more: what was asked before is over. It may only be between two dialogs. */
  private settleAtKeyboard(): void {
    const { vendor } = this
    if (!vendor || vendor.status === 'waiting') return
    this.settleAnswered(vendor.at)
    // A hook may be ahead of the file: its ask is not over by what was so before.
    this.asks.settle(({ ask }) => ask.at <= vendor.at, AT_KEYBOARD)
    this.assess()
  }

  /** A dialog that no hook has told of: it was there before us, or its hook has given up. */
  private askFromScreen(): void {
    if (this.vendor?.status !== 'waiting' || this.asks.all().length > 0) return
    this.screenAsks
      .look()
      // The dialog may have gone while it was read.
      .then(() => this.settleAtKeyboard())
      .then(() => this.assess())
      .catch((error: unknown) => {
        this.session.machine.log('unreadable', { what: 'screen', problem: String(error) })
      })
  }

  private later(ms: number, run: () => void): void {
    const cancel = this.session.machine.clock.after(ms, () => {
      this.timers.delete(cancel)
      if (!this.isClosed) run()
    })
    this.timers.add(cancel)
  }

  private recognised(id: string, path: string): void {
    this.recognise(id, path).catch((error: unknown) => {
      this.session.machine.log('unreadable', { what: 'transcript', problem: String(error) })
    })
  }

  private async recognise(id: string, path: string): Promise<void> {
    if (this.isClosed || id === this.known || !SESSION_ID.test(id)) return
    this.known = id
    const { projects, session } = this
    const place = toldPath(projects, path, id) ?? (await transcriptPath(projects, session.folder, id))
    if (this.isClosed || this.known !== id) return
    session.report({ type: 'session', session: id, transcript: place })
    this.transcript.follow(place)
  }

  private permission(payload: unknown, facts: HookFacts, gone: AbortSignal): Promise<unknown> {
    const request = requestOf(payload)
    const at = this.now()
    this.turns.hook('PermissionRequest', facts, at)
    const ref = this.refFor(facts, at)
    const { promise, resolve } = Promise.withResolvers<unknown>()
    gone.addEventListener('abort', () => {
      resolve(NO_OPINION)
      this.asks.settle(
        ({ ask, answeredAt }) => ask.ref === ref && answeredAt === null,
        'The program no longer waits for an answer',
      )
      // Its hook has given up, and the dialog may still be there.
      this.later(SETTLE_MS, () => this.askFromScreen())
      this.assess()
    })
    this.asks.settle(({ ask }) => ask.ref.startsWith(SCREEN_REF), AT_KEYBOARD)
    const ask = askOf(request, { ref, at })
    this.asks.open(ask, (answer) => resolve(decisionOf(request, answer)))
    if (request.onBehalfOf !== null) this.later(HOLD_MS, () => this.toScreen(ask, () => resolve(NO_OPINION)))
    this.assess()
    return promise
  }

  /** Lets the dialog of a sub-agent appear, and answers there from now on. */
  private toScreen(ask: Ask, letGo: () => void): void {
    if (!this.asks.all().some((open) => open.ask.ref === ask.ref && open.answeredAt === null)) return
    this.asks.reroute(ask.ref, (answer) => this.screenAsks.answer(answer, ask))
    letGo()
  }

  /** The tool's own id where it is known, so that its end is the ask's end. */
  private refFor(facts: HookFacts, at: number): string {
    const tool = this.turns.toolFor(facts)
    return tool !== null && !this.asks.has(tool) ? tool : `ask-${at}-${this.asks.all().length}`
  }

  private settleBy(name: string, facts: HookFacts): void {
    if (name === 'PostToolUse' || name === 'PostToolUseFailure')
      this.asks.settle(({ ask }) => ask.ref === facts.tool.id, AT_KEYBOARD)
    if ((name === 'Stop' || name === 'StopFailure') && facts.subAgent === null)
      this.asks.settle(({ ask, answeredAt }) => answeredAt !== null || ask.onBehalfOf === null, AT_KEYBOARD)
  }

  /** Keeps a notice for the next hook that can carry it; false where the turn ends without one. */
  private atNextHook(now: () => string | null): Promise<boolean> {
    this.giveUpNotice()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.waitingNotice = { now, taken: resolve }
    return promise
  }

  private giveUpNotice(): void {
    this.waitingNotice?.taken(false)
    this.waitingNotice = null
  }

  /** What goes back to a hook: nothing, or a notice that waits for the agent. */
  private opinionOn(name: string, facts: HookFacts): unknown {
    const waiting = this.waitingNotice
    if (waiting === null || facts.subAgent !== null || !CARRIES_NOTICE.has(name)) return NO_OPINION
    // A turn that goes on by a hook already is not made longer by another: the notice comes when it rests.
    const words = name === 'Stop' && facts.isStopHookActive ? null : waiting.now()
    if (words === null) this.giveUpNotice()
    else waiting.taken(true)
    this.waitingNotice = null
    // At the end of a turn it makes the turn go on; blocking would do so as well, and say the words twice.
    return words === null
      ? NO_OPINION
      : { hookSpecificOutput: { hookEventName: name, additionalContext: words } }
  }
}

interface WaitingNotice {
  /** The words as they are when they are given; null when nothing is to be told any more. */
  now(): string | null
  taken(given: boolean): void
}

const CARRIES_NOTICE = new Set(['PostToolUse', 'Stop'])
