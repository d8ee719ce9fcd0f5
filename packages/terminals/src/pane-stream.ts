// One pane as a stream of bytes with offsets, and as snapshots at exact offsets; it survives any flood by leaving output out.
import type { Clock } from '@tutti/core'
import { fault } from '@tutti/core'
import type { Capture } from './capture.ts'
import { captureCommands, readCapture } from './capture.ts'
import type { ControlClient, ControlTarget } from './control-client.ts'
import { openControl } from './control-client.ts'
import type { Bucket, Gate } from './flood-gate.ts'
import { createGate } from './flood-gate.ts'
import type { FloodShare, Loud } from './flood-share.ts'
import type { TerminalLimits } from './limits.ts'
import type { Pen } from './pen.ts'
import { createPen } from './pen.ts'
import type { Ring } from './ring.ts'
import { createRing } from './ring.ts'
import { snapshotBytes } from './snapshot.ts'
import type { Command } from './tmux-command.ts'

export interface Snapshot {
  offset: number
  cols: number
  rows: number
  bytes: Uint8Array
}

/** The pane as its viewers are told of it. */
export interface Shown {
  cols: number
  rows: number
  title: string
}

export interface PaneStreamEvents {
  /** The ring has new bytes, or lost what it had. */
  changed(): void
  /** A notification of tmux that is not about output. */
  notice(name: string, rest: string): void
  /** The pane as it is, whenever it was captured. */
  captured(capture: Capture): void
  closed(reason: string): void
}

export interface PaneStreamOptions extends ControlTarget {
  paneId: string
  clock: Clock
  limits: TerminalLimits
  /** Shared by all panes: what this process can carry. */
  total: Bucket
  /** Shared by all panes: who floods, and how much each may. */
  share: FloodShare
  /** False where the program must not be made to wait. */
  mayHold: () => boolean
  /** A word that nobody can guess. */
  word: () => string
  /** False while nobody can take the bytes themselves. */
  isRead: () => boolean
}

// Shorter than this is not worth a timer.
const SHORTEST_HOLD_MS = 5
const LOUD_CHECK_MS = 500
// A pane that was quiet for so long is no longer counted among the loud ones.
const LOUD_FOR_MS = 1000

export class PaneStream {
  readonly epoch: string
  readonly ring: Ring
  readonly #options: PaneStreamOptions
  readonly #events: PaneStreamEvents
  readonly #pen: Pen = createPen()
  readonly #gate: Gate
  #control: ControlClient | undefined
  /** Paused: the program runs free, and only pictures are taken. */
  #flow: 'open' | 'pausing' | 'paused' = 'open'
  /** Set while the pane is loud; then it may be held back to its share. */
  #loud: Loud | undefined
  #loudMs = 0
  #cancelCheck = (): void => {}
  /** What waits for an answer and must not wait for the pace. */
  #hurries = 0
  #cancelHold = (): void => {}
  #polls = 0
  #fingerprint = ''
  #latest: Snapshot | undefined
  #shared: Promise<Snapshot> | undefined
  #cancelPoll = (): void => {}
  #isClosed = false

  constructor(options: PaneStreamOptions, events: PaneStreamEvents) {
    this.#options = options
    this.#events = events
    this.epoch = options.word()
    this.ring = createRing(options.limits.ringBytes)
    this.#gate = createGate(options.limits, options.total, options.clock.now())
  }

  /** Attaches. Rejects with a fault where there is nothing to attach to. */
  async open(): Promise<this> {
    this.#control = await openControl(this.#options, {
      output: (pane, bytes) => this.#output(pane, bytes),
      notice: (name, rest) => this.#notice(name, rest),
      closed: (reason) => this.#closed(reason),
    })
    if (this.#isClosed) this.#control.close()
    return this
  }

  close(): void {
    this.#stop()
    this.#control?.close()
  }

  /** True while there are pictures and no stream. */
  isFlooded(): boolean {
    return this.#flow !== 'open'
  }

  /** The newest picture of a flood, while one can continue from it. */
  latest(): Snapshot | undefined {
    return this.#latest && this.#latest.offset >= this.ring.start() ? this.#latest : undefined
  }

  /** A snapshot to continue from, with history. Those who ask meanwhile share it. Stays open where the attachment ends. */
  snapshot(): Promise<Snapshot> {
    this.#shared ??= new Promise((resolve) => {
      const calm = this.#hurry()
      this.#ask([], this.#options.limits.snapshotLines, (capture) => {
        calm()
        this.#shared = undefined
        resolve(this.#toSnapshot(capture))
      })
    })
    return this.#shared
  }

  /** Captures the screen alone; the answer comes as the event `captured`. */
  look(): void {
    this.#ask([], 0, () => {})
  }

  /** Asks to be told of titles and of clients from now on (`subscription-changed`), and how the pane is now. */
  async introduced(): Promise<Shown> {
    const { paneId } = this.#options
    const watched = `tutti:${paneId}:#{session_attached}|#{pane_title}`
    const answers = await this.request([
      ['refresh-client', '-B', watched],
      ['display-message', '-p', '-t', paneId, '#{pane_width} #{pane_height} #{pane_title}'],
    ])
    const [cols, rows, ...title] = String(answers[1]).split(' ')
    return { cols: Number(cols), rows: Number(rows), title: title.join(' ') }
  }

  request(commands: readonly Command[]): Promise<Buffer[][]> {
    return (
      this.#control?.request(commands) ??
      Promise.reject(fault('terminal.failed', { problem: 'not attached' }))
    )
  }

  /** Runs the commands; what the program answers to them is seen at once, even in a flood. */
  send(commands: readonly Command[]): void {
    this.#control?.ask(commands, this.#hurry())
  }

  #output(pane: string, bytes: Buffer): void {
    if (pane !== this.#options.paneId || this.#flow === 'paused' || this.#isClosed) return
    this.ring.append(bytes)
    this.#pen.read(bytes)
    this.#count(bytes.byteLength)
    this.#events.changed()
  }

  #count(bytes: number): void {
    const now = this.#options.clock.now()
    const loudness = this.#gate.take(bytes, now)
    if (loudness === 'quiet') return
    this.#loudMs = now
    const loud = this.#enter()
    if (this.#isHeldBack(loud)) this.#holdFor(this.#hurries > 0 ? 0 : loud.charge(bytes))
    else if (loudness === 'flood' && this.#flow === 'open') this.#pause()
  }

  #enter(): Loud {
    if (!this.#loud) this.#checkLater()
    this.#loud ??= this.#options.share.enter()
    return this.#loud
  }

  #isHeldBack(loud: Loud | undefined): boolean {
    return loud !== undefined && loud.isCrowded() && this.#options.mayHold()
  }

  #checkLater(): void {
    this.#cancelCheck = this.#options.clock.after(LOUD_CHECK_MS, () => {
      const { clock, limits } = this.#options
      this.ring.limit(this.#isHeldBack(this.#loud) ? limits.crowdedRingBytes : limits.ringBytes)
      if (this.#flow === 'open' && clock.now() - this.#loudMs > LOUD_FOR_MS) this.#quieten()
      else this.#checkLater()
    })
  }

  #quieten(): void {
    this.ring.limit(this.#options.limits.ringBytes)
    this.#loud?.leave()
    this.#loud = undefined
  }

  #holdFor(ms: number): void {
    if (ms < SHORTEST_HOLD_MS) return
    this.#cancelHold()
    this.#control?.hold(true)
    this.#cancelHold = this.#options.clock.after(ms, () => this.#control?.hold(false))
  }

  // What has piled up is read at once, up to the answer that is waited for.
  #hurry(): () => void {
    this.#hurries++
    this.#cancelHold()
    this.#control?.hold(false)
    return () => {
      this.#hurries--
    }
  }

  // What comes before tmux's answer still belongs to the stream.
  #pause(): void {
    this.#flow = 'pausing'
    this.#control?.ask([['refresh-client', '-A', `${this.#options.paneId}:pause`]], (error) => {
      if (!error) this.#paused()
    })
  }

  // tmux pauses by itself when we are seconds behind; then it says so.
  #notice(name: string, rest: string): void {
    if (name === 'pause' && rest === this.#options.paneId) this.#paused()
    else this.#events.notice(name, rest)
  }

  #paused(): void {
    if (this.#flow === 'paused') return
    this.#cancelPoll()
    this.#flow = 'paused'
    this.#enter()
    this.#polls = 0
    this.#pen.forget()
    this.#pollLater()
  }

  #pollLater(): void {
    const { clock, isRead, limits } = this.#options
    this.#cancelPoll = clock.after(isRead() ? limits.floodPollMs : limits.thumbnailMs, () => this.#poll())
  }

  // While a flood lasts its screen is pictured now and then; two equal pictures end it. Every so often the stream is opened
  // to see whether the flood has become a brook.
  #poll(): void {
    this.#polls++
    if (this.#isHeldBack(this.#loud)) this.#resume()
    else if (this.#polls % this.#options.limits.floodProbe === 0) this.#resume()
    else this.#ask([], 0, (capture) => this.#pictured(capture))
  }

  #pictured(capture: Capture): void {
    if (capture.fingerprint === this.#fingerprint) {
      this.#resume()
      return
    }
    this.#fingerprint = capture.fingerprint
    this.#restartFrom(capture)
    this.#pollLater()
  }

  #resume(): void {
    const { clock, limits, paneId } = this.#options
    const isProbe = this.#polls % limits.floodProbe === 0
    this.#fingerprint = ''
    this.#ask(
      [['refresh-client', '-A', `${paneId}:continue`]],
      isProbe ? 0 : limits.snapshotLines,
      (capture) => {
        this.#flow = 'open'
        this.#gate.probe(limits.probeBytes, clock.now())
        this.#restartFrom(capture)
        this.#cancelPoll = clock.after(limits.floodPollMs, () => this.#resumed(isProbe))
      },
    )
  }

  // A flood that a probe found ended still owes its viewers the history.
  #resumed(wasProbe: boolean): void {
    // A full picture may be megabytes; who could not take it by now gets a newer one.
    this.#latest = undefined
    if (!wasProbe || this.#flow !== 'open') return
    this.#ask([], this.#options.limits.snapshotLines, (capture) => {
      if (this.#flow !== 'open') return
      this.#restartFrom(capture)
      this.#cancelPoll = this.#options.clock.after(this.#options.limits.floodPollMs, () =>
        this.#resumed(false),
      )
    })
  }

  #restartFrom(capture: Capture): void {
    this.ring.skip()
    this.#latest = this.#toSnapshot(capture)
    this.#events.changed()
  }

  // A capture that fails or is out of step leaves nothing to rely on: the attachment ends, and its owner makes a new one.
  #ask(before: Command[], historyLines: number, done: (capture: Capture) => void): void {
    const mark = this.#options.word()
    const commands = [...before, ...captureCommands(this.#options.paneId, historyLines, mark)]
    this.#control?.ask(commands, (error, answers) => {
      const capture = error ? undefined : readCapture(answers.slice(before.length), mark)
      if (!capture) {
        this.#control?.close()
        return
      }
      this.#events.captured(capture)
      done(capture)
    })
  }

  #toSnapshot(capture: Capture): Snapshot {
    const { cols, rows } = capture
    const bytes = snapshotBytes(capture, { pen: this.#pen.restore(), partial: this.#pen.partial() })
    return { offset: this.ring.end(), cols, rows, bytes }
  }

  #stop(): void {
    this.#isClosed = true
    this.#cancelPoll()
    this.#cancelHold()
    this.#cancelCheck()
    this.#quieten()
  }

  #closed(reason: string): void {
    this.#stop()
    this.#events.closed(reason)
  }
}
