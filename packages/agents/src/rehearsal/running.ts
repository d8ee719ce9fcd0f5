// A running rehearsal agent: its state file tells what it does, and its keys take answers and words.
import { join } from 'node:path'
import { fault, type Answer, type Ask, type Choice, type State } from '@tutti/core'
import type { KitSession, RunningKit } from '../kit.ts'
import { createTail } from '../tail.ts'
import { inTurns } from '../turn-taking.ts'
import { askOf, optionsOn, wordsKey } from './dialog.ts'
import { stateIn } from './state-lines.ts'

/** In the run folder of the agent. */
export const STATE_FILE = 'state.jsonl'

export const openSession = (session: KitSession): RunningKit => new RehearsalSession(session)

interface OpenAsk {
  ask: Ask
  options: readonly Choice[]
  isAnswered: boolean
}

// The dialog is drawn right after its line is written.
const DRAWN_MS = 3000
const LOOK_MS = 20

// State and identity are one here: each line ends what the one before began.
class RehearsalSession implements RunningKit {
  private readonly session: KitSession
  private readonly unwatch: () => void
  private state: State = 'starting'
  private open: OpenAsk | null = null
  private asks = 0
  private isClosed = false

  constructor(session: KitSession) {
    this.session = session
    const path = join(session.runFolder, STATE_FILE)
    const tail = createTail(path)
    const look = inTurns(
      async () => {
        for (let hasMore = true; hasMore && !this.isClosed;) {
          const news = await tail.next()
          hasMore = news.hasMore
          await this.take(news.lines)
        }
      },
      (error) => session.machine.log('unreadable', { what: path, problem: String(error) }),
    )
    this.unwatch = session.machine.watch(path, look)
  }

  hook(): Promise<unknown> {
    return Promise.resolve({})
  }

  async answer(ref: string, answer: Answer): Promise<void> {
    const { open } = this
    if (open?.ask.ref !== ref || open.isAnswered)
      throw fault('attention.stale', { receipt: 'stale', why: 'it was answered elsewhere' })
    const options = optionsOn(await this.session.machine.terminal.screen())
    if (JSON.stringify(options) !== JSON.stringify(open.options))
      throw fault('attention.stale', { receipt: 'stale', why: 'the dialog is gone from its screen' })
    open.isAnswered = true
    await this.give(open, answer)
  }

  async prompt(text: string): Promise<void> {
    if (this.state === 'waiting-approval' || this.state === 'waiting-answer' || this.state === 'starting')
      throw fault('agent.busy', { name: this.session.agentId })
    await this.session.machine.terminal.paste(text, true)
  }

  async interrupt(): Promise<void> {
    if (this.state === 'working' || this.state === 'rate-limited') await this.press('Escape')
  }

  async notice(text: string): Promise<boolean> {
    if (this.state !== 'idle') return false
    await this.prompt(text)
    return true
  }

  entries(): Promise<readonly []> {
    return Promise.resolve([])
  }

  close(): void {
    this.isClosed = true
    this.unwatch()
  }

  private press(key: string): Promise<void> {
    return this.session.machine.terminal.press(key)
  }

  /** What was written while nobody read is history: only the last state is asked about. */
  private async take(lines: readonly string[]): Promise<void> {
    const told = lines.map(stateIn).filter((line) => line !== null)
    for (const { evidence } of told) {
      this.settle()
      this.finish(evidence.state, evidence.at)
      this.state = evidence.state
      this.session.report({ type: 'evidence', evidence })
    }
    const last = told.at(-1)
    const isQuestion = last?.evidence.state === 'waiting-answer'
    if (last && (isQuestion || last.evidence.state === 'waiting-approval'))
      await this.ask({ isQuestion, detail: last.detail, at: last.evidence.at })
  }

  private finish(next: State, at: number): void {
    if (next === 'idle' && this.state !== 'idle' && this.state !== 'starting')
      this.session.report({ type: 'turn-ended', last: '', at })
  }

  private async ask(about: { isQuestion: boolean; detail: string; at: number }): Promise<void> {
    const options = await this.drawn()
    if (this.isClosed) return
    const ask = askOf({ ...about, ref: `dialog-${++this.asks}-${about.at}`, options })
    this.open = { ask, options, isAnswered: false }
    this.session.report({ type: 'ask', ask })
  }

  private async drawn(): Promise<Choice[]> {
    const { clock, terminal } = this.session.machine
    const deadline = clock.now() + DRAWN_MS
    for (;;) {
      const options = optionsOn(await terminal.screen())
      if (options.length > 0 || clock.now() > deadline || this.isClosed) return options
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
    }
  }

  private settle(): void {
    const { open } = this
    if (!open) return
    this.open = null
    const { ref } = open.ask
    this.session.report(
      open.isAnswered
        ? { type: 'ask-consumed', ref }
        : { type: 'ask-over', ref, why: 'It was answered at the keyboard, or is void' },
    )
  }

  private async give({ ask, options }: OpenAsk, answer: Answer): Promise<void> {
    if (answer.kind === 'choose') return this.choose(answer.choices[0]?.[0] ?? '', options)
    const words = answer.kind === 'words' ? answer.words : answer.reason
    const key = ask.kind === 'question' ? wordsKey(options) : refusal(options)
    if (answer.kind === 'deny' && ask.kind === 'question') return this.press('Escape')
    if (key === null) throw fault('attention.unfit', { problem: 'the dialog takes no words' })
    await this.press(key)
    if (words === '') return
    await this.session.machine.terminal.paste(words, true)
  }

  private choose(key: string, options: readonly Choice[]): Promise<void> {
    if (options.some((option) => option.key === key)) return this.press(key)
    throw fault('attention.unfit', { problem: `there is no choice ${key}` })
  }
}

const refusal = (options: readonly Choice[]): string | null =>
  options.find(({ effect }) => effect === 'deny')?.key ?? null
