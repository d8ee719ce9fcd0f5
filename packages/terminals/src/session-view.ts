// Everybody who looks at one session: who is there, who decides its size, what each gets to see.
import type { ClientFrame, OpenRequest, SnapshotReason } from '@tutti/protocol'
import { fault } from '@tutti/core'
import type { Capture } from './capture.ts'
import { createOutside } from './outside.ts'
import type { Outside } from './outside.ts'
import type { PaneStreamOptions, Shown } from './pane-stream.ts'
import { PaneStream } from './pane-stream.ts'
import { toPtyText } from './pty-text.ts'
import type { Tap } from './recording.ts'
import type { SizeKeeper } from './size-keeper.ts'
import { createSizeKeeper } from './size-keeper.ts'
import type { SizeEvent } from './size-rule.ts'
import { createThumbnails } from './thumbnails.ts'
import type { Thumbnails } from './thumbnails.ts'
import type { Command } from './tmux-command.ts'
import { pasteText, sendBytes } from './tmux-command.ts'
import type { Reader, Send } from './viewer.ts'
import { createReader } from './viewer.ts'

/** Where a session is, by the ids that tmux gave it. */
export interface SessionPlace {
  agentId: string
  socketPath: string
  sessionId: string
  windowId: string
  paneId: string
  /** It lives on the user's own tmux server. */
  isAdopted: boolean
}

export type ViewDeps = Pick<PaneStreamOptions, 'tmux' | 'clock' | 'limits' | 'total' | 'share' | 'word'>

/** One opened channel. */
export interface Viewer {
  /** Takes the frames of this channel; OPEN is not among them. What a read-only viewer may not do is dropped (C30). */
  receive(frame: ClientFrame): void
  close(): void
}

interface Member {
  id: number
  request: OpenRequest
  send: Send
  reader: Reader | undefined
  lastState: string
}

const RESIZE_SETTLE_MS = 40

export class SessionView {
  readonly place: SessionPlace
  readonly #deps: ViewDeps
  readonly #members = new Map<number, Member>()
  readonly #taps = new Set<Reader>()
  readonly #thumbnails: Thumbnails
  readonly #outside: Outside
  #stream: PaneStream | undefined
  /** The stream once it is introduced: what came before has gone through it. */
  #ready: PaneStream | undefined
  /** The newest attachment, also while it is being made. */
  #newest: PaneStream | undefined
  #attaching: Promise<PaneStream> | undefined
  readonly #size: SizeKeeper
  #shown: Shown = { cols: 80, rows: 24, title: '' }
  #nextId = 1
  #isFlushing = false
  #settling: 'once' | 'again' | undefined
  #cancelLinger = (): void => {}
  #ended: { code: number | null; reason: string } | undefined

  constructor(place: SessionPlace, deps: ViewDeps) {
    this.place = place
    this.#deps = deps
    this.#size = createSizeKeeper(place)
    this.#thumbnails = createThumbnails(deps.clock, deps.limits.thumbnailMs, () => this.#stream?.look())
    this.#outside = createOutside(deps.clock, place.sessionId, {
      request: (commands) => this.#whenAttached((stream) => stream.request(commands)),
      changed: (isUsed) => this.#outsideChanged(isUsed),
    })
  }

  /** Lets a viewer in. Frames come by `send` from now on; a failure to attach comes as a FAULT frame. */
  open(request: OpenRequest, send: Send): Viewer {
    const member: Member = { id: this.#nextId++, request, send, reader: undefined, lastState: '' }
    this.#members.set(member.id, member)
    this.#cancelLinger()
    // Not even its failure can be told to it.
    this.#welcome(member).catch(() => this.#leave(member))
    return {
      receive: (frame) => this.#receive(member, frame),
      close: () => this.#leave(member),
    }
  }

  /** Keeps the session attached and reads all of it until it is closed. */
  async tap(send: Send): Promise<Tap> {
    this.#cancelLinger()
    const reader = createReader(await this.#attach(), send, undefined)
    this.#taps.add(reader)
    reader.flush()
    return {
      grant: (bytes) => reader.grant(bytes),
      picture: () => reader.restart('behind'),
      close: () => {
        reader.close()
        this.#taps.delete(reader)
        this.#lingerIfEmpty()
      },
    }
  }

  viewers(): number {
    return this.#members.size
  }

  /** Runs commands in the session; attaches for that if nobody is there. */
  async request(commands: readonly Command[]): Promise<Buffer[][]> {
    const stream = await this.#attach()
    this.#lingerIfEmpty()
    return stream.request(commands)
  }

  /** The program has ended: all viewers learn it, and the last screen stays. */
  exited(code: number | null, reason: string): void {
    this.#ended = { code, reason }
    // tmux drops what a program wrote just before its end; its last screen has it.
    if (reason === 'exited') this.#restart('behind')
    for (const { send } of this.#members.values()) send({ type: 'exit', code, reason })
  }

  /** Ends the attachment and forgets everybody. The session itself goes on. */
  close(): void {
    this.#cancelLinger()
    for (const member of this.#members.values()) member.reader?.close()
    for (const tap of this.#taps) tap.close()
    this.#members.clear()
    this.#taps.clear()
    this.#detach()
  }

  async #welcome(member: Member): Promise<void> {
    const { request, send } = member
    try {
      const stream = await this.#attach()
      if (!this.#members.has(member.id)) return
      send({
        type: 'opened',
        epoch: stream.epoch,
        offset: stream.ring.end(),
        cols: this.#shown.cols,
        rows: this.#shown.rows,
        access: request.access,
      })
      if (request.kind === 'thumbnail') this.#thumbnails.add(member.id, send)
      else this.#follow(member, stream)
      this.#tellState()
      if (this.#ended) send({ type: 'exit', ...this.#ended })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      send({ type: 'fault', code: 'terminal.failed', message })
      this.#leave(member)
    }
  }

  #follow(member: Member, stream: PaneStream): void {
    if (member.request.access === 'write')
      this.#decide({ type: 'opened', viewer: member.id, size: member.request })
    member.reader = createReader(stream, member.send, member.request.resume)
    member.reader.flush()
  }

  #receive(member: Member, frame: ClientFrame): void {
    if (frame.type === 'credit') this.#grant(member, frame.bytes)
    else if (frame.type === 'close') this.#leave(member)
    else if (member.request.access === 'write' && member.request.kind === 'terminal') this.#act(member, frame)
  }

  #grant(member: Member, bytes: number): void {
    member.reader?.grant(bytes)
    this.#thumbnails.grant(member.id, bytes)
  }

  #act(member: Member, frame: ClientFrame): void {
    const viewer = member.id
    const size = { cols: member.request.cols, rows: member.request.rows }
    const { paneId } = this.place
    if (frame.type === 'input') {
      this.#deps.share.typed()
      this.#decide({ type: 'typed', viewer, size })
      this.#send(sendBytes(paneId, frame.bytes))
    } else if (frame.type === 'paste') {
      this.#decide({ type: 'typed', viewer, size })
      this.#send(pasteText(paneId, `tutti-${this.#deps.word()}`, toPtyText(frame.text, 'return')))
    } else if (frame.type === 'resize') {
      Object.assign(member.request, { cols: frame.cols, rows: frame.rows })
      this.#decide({ type: 'resized', viewer, size: member.request })
    } else if (frame.type === 'take') {
      this.#decide({ type: 'took', viewer, size })
    }
  }

  #send(commands: readonly Command[]): void {
    const sent = this.#whenAttached(async (stream) => {
      for (const command of commands) stream.send([command])
    })
    // Keys for an attachment that has ended go nowhere; its end is told by itself.
    sent.catch(() => undefined)
  }

  async #whenAttached<T>(act: (stream: PaneStream) => Promise<T>): Promise<T | undefined> {
    // Keys that came while it was attaching go before those that come now.
    const stream = this.#ready ?? (await this.#attaching?.catch(() => undefined))
    return stream && act(stream)
  }

  #leave(member: Member): void {
    if (!this.#members.delete(member.id)) return
    member.reader?.close()
    this.#thumbnails.remove(member.id)
    this.#decide({ type: 'left', viewer: member.id })
    this.#lingerIfEmpty()
  }

  #lingerIfEmpty(): void {
    this.#cancelLinger()
    if (this.#members.size + this.#taps.size > 0) return
    this.#cancelLinger = this.#deps.clock.after(this.#deps.limits.lingerMs, () => this.#detach())
  }

  #detach(): void {
    this.#outside.stop()
    this.#newest?.close()
    this.#newest = undefined
    this.#stream = undefined
    this.#ready = undefined
    this.#attaching = undefined
  }

  #attach(): Promise<PaneStream> {
    this.#attaching ??= this.#open().catch((error: unknown) => {
      this.#attaching = undefined
      throw error
    })
    return this.#attaching
  }

  async #open(): Promise<PaneStream> {
    const { place } = this
    const stream: PaneStream = new PaneStream(
      {
        ...this.#deps,
        ...place,
        isRead: () => this.#isRead(),
        // A person's own terminal never waits for us; tmux would keep for us all that we do not read.
        mayHold: () => !place.isAdopted && this.#outside.count() === 0,
      },
      {
        changed: () => this.#changed(),
        captured: (capture) => this.#captured(capture),
        notice: (name, rest) => this.#notice(name, rest),
        closed: () => this.#lost(stream),
      },
    )
    this.#newest = stream
    await stream.open()
    if (this.#newest !== stream) throw fault('terminal.failed', { problem: 'everybody has left' })
    this.#stream = stream
    await this.#size.attached(stream)
    this.#shown = await stream.introduced()
    if (this.#stream === stream) this.#ready = stream
    this.#outside.look()
    return stream
  }

  #lost(stream: PaneStream): void {
    if (this.#stream !== stream) return
    this.#detach()
    if (this.#members.size + this.#taps.size === 0 || this.#ended) return
    void this.#attach().then(
      (next) => this.#restart('restart', next),
      () => this.#gone(),
    )
  }

  #gone(): void {
    for (const { send } of this.#members.values())
      send({ type: 'exit', code: null, reason: 'the session is gone' })
  }

  #restart(reason: SnapshotReason, stream?: PaneStream): void {
    for (const { reader } of this.#members.values()) reader?.restart(reason, stream)
    for (const tap of this.#taps) tap.restart(reason, stream)
    this.#thumbnails.dirty()
  }

  #isRead(): boolean {
    const readers = [...this.#taps, ...Array.from(this.#members.values(), ({ reader }) => reader)]
    return readers.some((reader) => reader?.hasCredit())
  }

  // All output of one turn of the event loop goes out together, after the input that came with it.
  #changed(): void {
    this.#thumbnails.dirty()
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      for (const { reader } of this.#members.values()) reader?.flush()
      for (const tap of this.#taps) tap.flush()
    })
  }

  #captured(capture: Capture): void {
    const { cols, rows, title } = capture
    const before = this.#shown
    this.#shown = { cols, rows, title }
    this.#thumbnails.show(capture)
    if (before.cols !== cols || before.rows !== rows) this.#restart('resize')
    this.#tellState()
  }

  #notice(name: string, rest: string): void {
    if (name === 'layout-change' && rest.startsWith(`${this.place.windowId} `)) this.#resized()
    else if (name === 'client-session-changed' || name === 'client-detached') this.#outside.look()
    else if (name === 'subscription-changed') this.#subscribed(rest)
  }

  #subscribed(rest: string): void {
    const value = rest.slice(rest.indexOf(' : ') + 3)
    this.#shown.title = value.slice(value.indexOf('|') + 1)
    this.#outside.look()
    this.#tellState()
  }

  // A drag gives many sizes; each would cost a whole snapshot.
  #resized(): void {
    if (this.#settling) {
      this.#settling = 'again'
      return
    }
    this.#settling = 'once'
    this.#stream?.look()
    this.#deps.clock.after(RESIZE_SETTLE_MS, () => {
      const isAgain = this.#settling === 'again'
      this.#settling = undefined
      if (isAgain) this.#resized()
    })
  }

  #outsideChanged(isUsed: boolean): void {
    if (isUsed) this.#decide({ type: 'terminal-used' })
    else if (this.#outside.count() === 0) this.#decide({ type: 'terminals-left' })
    this.#tellState()
  }

  #decide(event: SizeEvent): void {
    this.#send(this.#size.decide(event))
    this.#tellState()
  }

  #tellState(): void {
    for (const member of this.#members.values()) {
      if (!member.reader) continue
      const counts = { viewers: this.#members.size, outside: this.#outside.count() }
      const state = { ...this.#shown, sizeOwner: this.#size.ownerFor(member.id), ...counts }
      const text = JSON.stringify(state)
      if (text === member.lastState) continue
      member.lastState = text
      member.send({ type: 'state', ...state })
    }
  }
}
