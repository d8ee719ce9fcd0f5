// A running Qwen Code: its title says what it does, its event file what it asks, its input file takes words and answers.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { fault, type Answer, type Ask, type Entry, type Evidence } from '@tutti/core'
import { clipped, type Fields } from '../foreign.ts'
import { dialogOn } from '../dialog/dialog.ts'
import { choose } from '../dialog/hand.ts'
import type { KitMachine, KitSession, RunningKit } from '../kit.ts'
import { readBy } from '../reading-rules.ts'
import { followJournal, type Journal } from '../tail/journal.ts'
import { chatPath, createChatReader } from './chat.ts'
import { eventIn, type QwenEvent, type Requested } from './events.ts'
import { INPUT, POINTER } from './launch.ts'
import { DIALOG_RULES, TITLE_RULES } from './screen.ts'

// The title follows a prompt within a few 100 ms, even on a busy machine.
const LATE_MS = 1000

/** Takes up a running Qwen Code. */
export const openQwen = (session: KitSession): RunningKit => new QwenSession(session)

interface Open {
  request: Requested
  /** Null until it stands on the screen. */
  ask: Ask | null
  isAnswered: boolean
}

class QwenSession implements RunningKit {
  readonly #session: KitSession
  readonly #machine: KitMachine
  readonly #ends: (() => void)[]
  readonly #events: Journal
  readonly #chat: Journal | null
  readonly #open = new Map<string, Open>()
  #state: Evidence['state'] = 'unknown'
  #how: 'failed' | 'interrupted' | 'other' = 'other'
  #words = ''
  #last = ''
  #told = ''
  #isSpokenTo = false
  #cancelWait = (): void => {}
  #turns = 0
  /** What the file tells of before this look was told before. */
  #turnsTold = Number.POSITIVE_INFINITY

  constructor(session: KitSession) {
    this.#session = session
    this.#machine = session.machine
    const { machine, report, home, env, folder } = session
    const failed = (error: unknown): void => machine.log('qwen.not-read', { problem: String(error) })
    this.#events = followJournal({
      path: `${session.runFolder}/${eventsIn(session.runFolder)}`,
      machine,
      createReader: () => (line) => {
        this.#take(eventIn(line))
        return []
      },
      report,
    })
    const path = session.session === null ? null : chatPath(home, env, { folder, session: session.session })
    this.#chat =
      path === null ? null : followJournal({ path, machine, createReader: createChatReader, report })
    if (session.session !== null) report({ type: 'session', session: session.session, transcript: path })
    this.#ends = [
      machine.terminal.onTitle(() => {
        this.#readTitle().catch(failed)
      }),
    ]
    this.#begin().catch(failed)
  }

  // Its hooks would have to be written into the user's or the project's settings.
  hook(): Promise<unknown> {
    return Promise.resolve({})
  }

  async answer(ref: string, answer: Answer): Promise<void> {
    const open = [...this.#open.values()].find(({ ask }) => ask?.ref === ref)
    if (!open) throw fault('attention.stale', { receipt: 'stale', why: 'Qwen Code does not ask it any more' })
    if (open.request.kind === 'question') return this.#answerQuestion(open, answer)
    const key = answer.kind === 'choose' ? answer.choices[0]?.[0] : answer.kind
    if (key !== 'allow' && key !== 'deny')
      throw fault('attention.unfit', { problem: 'expected allow or deny' })
    open.isAnswered = true
    await this.#send({ type: 'confirmation_response', request_id: open.request.id, allowed: key === 'allow' })
    if (answer.kind === 'deny' && answer.reason !== '') await this.prompt(answer.reason)
  }

  async prompt(text: string): Promise<void> {
    // It takes the words when its turn is over.
    await this.#send({ type: 'submit', text })
  }

  async interrupt(): Promise<void> {
    if (this.#state === 'working') await this.#machine.terminal.press('Escape')
  }

  async notice(text: string): Promise<boolean> {
    if (this.#state !== 'idle') return false
    await this.prompt(text)
    return true
  }

  async entries(): Promise<readonly Entry[]> {
    return this.#chat ? this.#chat.entries() : []
  }

  close(): void {
    for (const end of this.#ends) end()
    this.#cancelWait()
    this.#events.close()
    this.#chat?.close()
  }

  async #answerQuestion(open: Open, answer: Answer): Promise<void> {
    const chosen = answer.kind === 'choose' ? answer.choices : []
    const [key = ''] = chosen[0] ?? []
    if (open.request.draft.questions.length !== 1 || key === '')
      throw fault('attention.unfit', { problem: 'Qwen Code takes one choice of one question from afar' })
    const sight = { machine: this.#machine, version: this.#session.version }
    const dialog = dialogOn(await this.#machine.terminal.screen(), DIALOG_RULES, sight.version)
    const wanted = open.request.draft.questions[0]?.choices.find((choice) => choice.key === key)?.label
    if (!dialog?.options.some((option) => option.key === key && option.label === wanted))
      throw fault('attention.stale', { receipt: 'stale', why: 'its dialog is not on the screen' })
    open.isAnswered = true
    await choose(sight, DIALOG_RULES, { dialog, key })
  }

  async #send(command: Fields): Promise<void> {
    await appendFile(`${this.#session.runFolder}/${INPUT}`, `${JSON.stringify(command)}\n`, { mode: 0o600 })
  }

  #take(event: QwenEvent): void {
    switch (event.type) {
      case 'asked':
        this.#open.set(event.request.id, { request: event.request, ask: null, isAnswered: false })
        break
      case 'answered':
        this.#settle(event.id)
        break
      case 'prompted':
        // Nothing said after it: whoever is ready again was interrupted.
        this.#how = 'interrupted'
        this.#last = ''
        this.#expectWork()
        this.#turns += 1
        break
      case 'said':
        this.#how = event.failure === null ? 'other' : 'failed'
        this.#words = event.failure ?? ''
        this.#last = event.text || this.#last
        break
      case 'other':
        return
    }
    this.#publish()
    this.#endTurn()
  }

  async #begin(): Promise<void> {
    await this.#events.entries()
    this.#turnsTold = this.#turns
    this.#isSpokenTo = false
    await this.#readTitle()
  }

  async #readTitle(): Promise<void> {
    const before = this.#state
    this.#state = this.#titleEvidence().state
    if (this.#state === 'working') this.#isSpokenTo = false
    // What the file says of the turn may come a moment later than the title.
    await this.#events.entries()
    const isOver = this.#state === 'idle' || (before === 'waiting-approval' && this.#state === 'working')
    if (isOver) for (const [id, { ask }] of this.#open) if (ask || this.#state === 'idle') this.#settle(id)
    this.#publish()
    this.#endTurn()
  }

  /** Its file may say the last words after the title has changed. */
  #endTurn(): void {
    if (
      this.#state !== 'idle' ||
      this.#how !== 'other' ||
      this.#last === '' ||
      this.#turns <= this.#turnsTold
    )
      return
    this.#turnsTold = this.#turns
    this.#session.report({ type: 'turn-ended', last: this.#last, at: this.#machine.clock.now() })
  }

  #titleEvidence(): Evidence {
    const { version } = this.#session
    return readBy(TITLE_RULES, {
      version,
      text: this.#machine.terminal.title(),
      at: this.#machine.clock.now(),
    })
  }

  /** An ask is told once its dialog is shown: the title says so. */
  #publish(): void {
    if (this.#state === 'waiting-approval')
      for (const open of this.#open.values()) {
        if (open.ask) continue
        open.ask = { ...open.request.draft, at: this.#machine.clock.now() }
        this.#session.report({ type: 'ask', ask: open.ask })
      }
    const evidence = this.#refined(this.#titleEvidence())
    const told = `${evidence.state} ${evidence.why}`
    if (told === this.#told) return
    this.#told = told
    this.#session.report({ type: 'evidence', evidence })
  }

  #refined(evidence: Evidence): Evidence {
    const isQuestion = [...this.#open.values()].some(({ request }) => request.kind === 'question')
    if (evidence.state === 'waiting-approval' && isQuestion)
      return { ...evidence, state: 'waiting-answer', why: `${evidence.why} Its event file shows a question.` }
    if (evidence.state !== 'idle' || this.#how === 'other') return evidence
    if (this.#how === 'interrupted' && this.#isSpokenTo) return evidence
    if (this.#how === 'interrupted')
      return {
        ...evidence,
        state: 'interrupted',
        why: 'It is ready again, and nothing was said to the last prompt.',
      }
    return { ...evidence, state: 'failed', why: clipped(`The turn failed: ${this.#words}`, 2000) }
  }

  /** Whoever is spoken to will work in a moment; if not, the file was late to tell of a turn that is over. */
  #expectWork(): void {
    this.#isSpokenTo = this.#state !== 'working'
    this.#cancelWait()
    this.#cancelWait = this.#machine.clock.after(LATE_MS, () => {
      this.#isSpokenTo = false
      this.#publish()
    })
  }

  #settle(id: string): void {
    const open = this.#open.get(id)
    this.#open.delete(id)
    if (!open?.ask) return
    const { ref } = open.ask
    const why = 'It was settled in the terminal.'
    this.#session.report(open.isAnswered ? { type: 'ask-consumed', ref } : { type: 'ask-over', ref, why })
  }
}

/** The event file of this start; those of former ones go. */
function eventsIn(runFolder: string): string {
  const isEvents = (name: string): boolean => /^qwen-events-[\w-]+\.jsonl$/.test(name)
  try {
    const name = readFileSync(`${runFolder}/${POINTER}`, 'utf8')
    if (!isEvents(name)) return 'qwen-events-none.jsonl'
    for (const other of readdirSync(runFolder))
      if (isEvents(other) && other !== name) rmSync(`${runFolder}/${other}`)
    return name
  } catch {
    // It was started without: there is nothing to read.
    return 'qwen-events-none.jsonl'
  }
}
