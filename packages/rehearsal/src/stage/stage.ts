// The agent's screen and keyboard as one thing: it shows a phase, takes keys, and hands over prompts, choices and interrupts.
import { EMPTY_EDITOR, edited, sent, textIn, type Editor } from '../terminal/editor.ts'
import type { Key, KeyName } from '../terminal/keys.ts'
import type { Line } from '../terminal/line.ts'
import type { Live, Screen, Size } from '../terminal/screen.ts'
import { layout } from './layout.ts'
import { detailOf, needsSomebody, optionsOf, stateOf, titleOf, type AgentState, type Phase } from './phase.ts'

/** What was chosen in a dialog: an option by its number from 0, or words. */
export type Choice = { option: number } | { words: string }
type Dialog = Extract<Phase, { is: 'approval' | 'question' }>

export type Stage = {
  print(lines: Line[]): void
  show(phase: Phase): void
  /** Counts tokens for the status line. */
  spend(tokens: number): void
  /** Shows a dialog and resolves with what was chosen; rejects when the signal aborts. */
  choose(dialog: Dialog, signal: AbortSignal): Promise<Choice>
  /** The oldest prompt that was sent and not yet taken. */
  takePrompt(): string | undefined
  /** Resolves when a prompt can be taken; rejects when the signal aborts. */
  prompted(signal: AbortSignal): Promise<void>
  key(key: Key): void
  resize(size: Size): void
}

export type StageDeps = {
  screen: Screen
  size: Size
  name: string
  cwd: string
  now: () => number
  /** Calls back again and again until the returned function is called. */
  every: (ms: number, callback: () => void) => () => void
  /** Writes what is no part of the picture: title and bell. */
  signalTerminal: (text: string) => void
  report: (state: AgentState, detail: string) => void
  interrupt: () => void
  leave: () => void
}

// Five frames a second look alive; a countdown needs one. Idle agents have no timer at all.
const SPINNER_MS = 200
const COUNTDOWN_MS = 1000
const LEAVE_WITHIN_MS = 2000

/** A stage for one agent; whoever makes it feeds it keys and sizes. */
export function createStage(deps: StageDeps): Stage {
  return new TerminalStage(deps)
}

// State and identity are one here: what a key means depends on everything that was shown before.
class TerminalStage implements Stage {
  private readonly deps: StageDeps
  private size: Size
  private phase: Phase = { is: 'starting' }
  private editor: Editor = EMPTY_EDITOR
  private tokens = 0
  private tick = 0
  private hint: string | undefined
  private leaveArmedMs = Number.NEGATIVE_INFINITY
  private title = ''
  private reported = ''
  private timerMs = 0
  private stopTimer = () => {}
  private readonly queued: string[] = []
  private decided: ((choice: Choice) => void) | undefined
  private wake: (() => void) | undefined

  constructor(deps: StageDeps) {
    this.deps = deps
    this.size = deps.size
  }

  print(lines: Line[]): void {
    this.deps.screen.draw(lines, this.live())
  }

  show(next: Phase): void {
    const isNew = next.is !== this.phase.is
    this.phase = next
    this.announce(isNew)
    this.keepTime()
    this.print([])
  }

  spend(tokens: number): void {
    this.tokens += tokens
  }

  choose(dialog: Dialog, signal: AbortSignal): Promise<Choice> {
    const chosen = waiting<Choice>(signal, (resolve) => (this.decided = resolve))
    this.show(dialog)
    return chosen
  }

  takePrompt(): string | undefined {
    return this.queued.shift()
  }

  prompted(signal: AbortSignal): Promise<void> {
    if (this.queued.length > 0) return Promise.resolve()
    return waiting<void>(signal, (resolve) => (this.wake = resolve))
  }

  key(key: Key): void {
    if (this.hint !== undefined && !isKey(key, 'ctrl-c')) {
      this.hint = undefined
      this.leaveArmedMs = Number.NEGATIVE_INFINITY
    }
    const { phase } = this
    if (isKey(key, 'ctrl-l')) this.resize(this.size)
    else if (phase.is === 'question' && phase.typing) this.keyInAnswer(phase, key)
    else if (phase.is === 'approval' || phase.is === 'question') this.keyInDialog(phase, key)
    else this.keyElsewhere(key)
  }

  resize(size: Size): void {
    this.size = size
    this.deps.screen.resize(size, this.live())
  }

  private live(): Live {
    const { phase, editor, queued, tick, tokens, hint } = this
    const { cwd, now } = this.deps
    const scene = { phase, editor, queued, nowMs: now(), tick, cwd, tokens }
    return layout({ ...scene, ...(hint !== undefined && { hint }) }, this.size.columns)
  }

  private announce(isNew: boolean): void {
    const { phase, deps } = this
    const said = `${stateOf(phase)} ${detailOf(phase)}`
    if (said !== this.reported) deps.report(stateOf(phase), detailOf(phase))
    this.reported = said
    const title = titleOf(phase, deps.name)
    if (title !== this.title) deps.signalTerminal(`\u001B]2;${title}\u0007`)
    this.title = title
    if (isNew && needsSomebody(phase)) deps.signalTerminal('\u0007')
  }

  private keepTime(): void {
    const { is } = this.phase
    const wanted = is === 'working' ? SPINNER_MS : is === 'limited' ? COUNTDOWN_MS : 0
    if (wanted === this.timerMs) return
    this.stopTimer()
    this.timerMs = wanted
    this.stopTimer = wanted === 0 ? () => {} : this.deps.every(wanted, () => this.ticked())
  }

  private ticked(): void {
    this.tick += 1
    this.print([])
  }

  private send(): void {
    const text = textIn(this.editor).trim()
    if (text === '') return
    this.editor = sent(this.editor)
    if (text === '/exit' || text === '/quit') return this.deps.leave()
    this.queued.push(text)
    this.wake?.()
    this.print([])
  }

  private decide(choice: Choice): void {
    const { decided } = this
    this.decided = undefined
    this.editor = { ...EMPTY_EDITOR, past: this.editor.past }
    decided?.(choice)
  }

  private keyInDialog(dialog: Dialog, key: Key): void {
    const last = optionsOf(dialog).length - 1
    if (key.is === 'text') return this.numberInDialog(dialog, key.text)
    if (isKey(key, 'ctrl-c')) return this.deps.interrupt()
    if (isKey(key, 'enter')) return this.pickOption(dialog, dialog.selected)
    if (isKey(key, 'up') || isKey(key, 'down')) {
      const by = isKey(key, 'up') ? last : 1
      return this.show({ ...dialog, selected: (dialog.selected + by) % (last + 1) })
    }
    if (!isKey(key, 'escape')) return
    if (dialog.is === 'approval') this.decide({ option: last })
    else this.deps.interrupt()
  }

  private numberInDialog(dialog: Dialog, text: string): void {
    const option = /^[1-9]$/.test(text) ? Number(text) - 1 : -1
    if (option >= 0 && option < optionsOf(dialog).length) this.pickOption(dialog, option)
  }

  private pickOption(dialog: Dialog, option: number): void {
    if (dialog.is === 'question' && option === dialog.choices.length)
      return this.show({ ...dialog, selected: option, typing: true })
    this.decide({ option })
  }

  private keyInAnswer(dialog: Extract<Phase, { is: 'question' }>, key: Key): void {
    if (isKey(key, 'ctrl-c')) return this.deps.interrupt()
    if (isKey(key, 'escape')) return this.show({ ...dialog, typing: false })
    const words = textIn(this.editor).trim()
    if (!isKey(key, 'enter')) this.editor = edited(this.editor, key)
    else if (words !== '') return this.decide({ words })
    this.print([])
  }

  private keyElsewhere(key: Key): void {
    const { phase, deps } = this
    const isBusy = phase.is === 'working' || phase.is === 'limited'
    if (isKey(key, 'enter')) return this.send()
    if (isBusy && (isKey(key, 'escape') || isKey(key, 'ctrl-c'))) return deps.interrupt()
    if (isKey(key, 'ctrl-c')) return this.clear()
    if (isKey(key, 'ctrl-d') && this.editor.chars.length === 0) return deps.leave()
    this.editor = edited(this.editor, key)
    this.print([])
  }

  // The first Ctrl-C empties the line, a second one soon after leaves.
  private clear(): void {
    const now = this.deps.now()
    if (now - this.leaveArmedMs < LEAVE_WITHIN_MS) return this.deps.leave()
    this.leaveArmedMs = now
    this.editor = { ...EMPTY_EDITOR, past: this.editor.past }
    this.hint = 'ctrl-c again to leave'
    this.print([])
  }
}

function isKey(key: Key, name: KeyName): boolean {
  return key.is === 'key' && key.name === name
}

function waiting<T>(signal: AbortSignal, begin: (resolve: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    begin(resolve)
  })
}
