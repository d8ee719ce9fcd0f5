// A running OpenCode: its events become signals, and what a person does becomes calls to its port.
import { readFile } from 'node:fs/promises'
import { fault, type Answer, type Entry } from '@tutti/core'
import { countOf, fieldsOf, listOf, parsed, textOf, type Fields } from '../foreign.ts'
import type { KitMachine, KitSession, RunningKit, Signal } from '../kit.ts'
import { createOffer, type Offer } from '../offer.ts'
import { callFor, permissionIn, questionIn, type Pending } from './asks.ts'
import { createConversation, type Conversation } from './conversation.ts'
import { databasePath, messagesIn } from './database.ts'
import { openDoor, type Door } from './door.ts'
import { DOOR } from './launch.ts'
import {
  afterEvent,
  asked,
  evidenceOf,
  isOfMain,
  NO_SESSIONS,
  withError,
  withInfo,
  withStatus,
  type Sessions,
} from './sessions.ts'
import { warmUp } from './warm-up.ts'

// OpenCode opens its port some seconds after it began; later waits are for one that has gone.
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 3000
const OPEN_TIMEOUT_MS = 5000
// Its server answers seconds before its terminal is drawn, more where the machine is busy.
const SHOW_TRIES = 60
const SHOW_MS = 500
const GREETS = /^\s*┃\s+Ask anything/mu

/** Takes up a running OpenCode. Its port is looked for until `close`. */
export const openOpenCode = (session: KitSession): RunningKit => new OpenCodeSession(session)

class OpenCodeSession implements RunningKit {
  readonly #session: KitSession
  readonly #machine: KitMachine
  readonly #stop = new AbortController()
  readonly #pending = new Map<string, Pending & { isAnswered: boolean }>()
  readonly #limits = new Map<string, number>()
  readonly #talk: Conversation
  readonly #offer: Offer
  #sessions: Sessions
  #door: Door | null = null
  #isOpen = false
  #read: string | null = null
  #told = ''
  #isTurn = false
  #waitMs = FIRST_WAIT_MS
  #cancelWait = (): void => {}
  #cancelShow = (): void => {}

  constructor(session: KitSession) {
    this.#session = session
    this.#machine = session.machine
    this.#sessions = { ...NO_SESSIONS, main: session.session }
    this.#talk = createConversation(
      (id) => this.#threadOf(id),
      (provider, model) => this.#limits.get(`${provider}/${model}`) ?? null,
    )
    this.#offer = createOffer({ clock: session.machine.clock, entries: () => this.entries() })
    this.#lives()
  }

  // OpenCode is asked over its port; it has no hooks of ours.
  hook(): Promise<unknown> {
    return Promise.resolve({})
  }

  async answer(ref: string, answer: Answer): Promise<void> {
    const door = this.#reach('answer from here')
    const pending = this.#pending.get(ref)
    if (!pending)
      throw fault('attention.stale', { receipt: 'stale', why: 'OpenCode does not ask it any more' })
    const { path, body } = fitting(pending, answer)
    pending.isAnswered = true
    await door.post(path, body)
  }

  async prompt(text: string): Promise<void> {
    // It has not opened its port yet, or opens it anew: the words can wait.
    if (!this.#isOpen) throw fault('agent.busy', { name: 'The agent' })
    const door = this.#reach('give words to')
    const id = this.#sessions.main ?? (await this.#beginSession(door))
    await door.post(`/session/${encodeURIComponent(id)}/prompt_async`, { parts: [{ type: 'text', text }] })
  }

  async interrupt(): Promise<void> {
    const door = this.#reach('interrupt from here')
    const { main } = this.#sessions
    if (main !== null) await door.post(`/session/${encodeURIComponent(main)}/abort`, {})
  }

  async notice(text: string): Promise<boolean> {
    // Somebody is asked something, or OpenCode cannot be reached.
    if (!this.#isOpen || this.#pending.size > 0) return false
    return this.#offer(text, () => this.prompt(text))
  }

  async entries(): Promise<readonly Entry[]> {
    if (this.#isOpen) return this.#talk.entries()
    const { main } = this.#sessions
    const { home, env } = this.#session
    if (main !== null && this.#talk.entries().length === 0)
      this.#talk.whole(messagesIn(databasePath(home, env), main))
    return this.#talk.entries()
  }

  close(): void {
    this.#stop.abort()
    this.#cancelWait()
    this.#cancelShow()
  }

  readonly #failed = (error: unknown): void =>
    this.#machine.log('opencode.not-read', { problem: String(error) })

  #lives(): void {
    this.#live().catch(this.#failed)
  }

  async #live(): Promise<void> {
    const attempt = new AbortController()
    // A program that is busy starting may take a connection and never answer it.
    const cancel = this.#machine.clock.after(OPEN_TIMEOUT_MS, () => attempt.abort())
    try {
      this.#door ??= await doorIn(this.#session.runFolder)
      await this.#door?.listen({
        onEvent: (event) => this.#take(event),
        onOpen: (door) => {
          cancel()
          this.#greet(door, attempt).catch(this.#failed)
        },
        signal: AbortSignal.any([this.#stop.signal, attempt.signal]),
      })
    } catch (error) {
      // It starts slowly: that nobody listens yet is worth no line.
      if (this.#isOpen) this.#machine.log('opencode.stream-failed', { problem: String(error) })
    }
    cancel()
    if (this.#stop.signal.aborted) return
    this.#lose()
    this.#cancelWait = this.#machine.clock.after(this.#waitMs, () => this.#lives())
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
  }

  /** What is so already when the stream begins. */
  async #greet(door: Door, attempt: AbortController): Promise<void> {
    try {
      await warmUp(door, { machine: this.#machine, signal: this.#stop.signal })
      await this.#readLimits(door)
      const states = fieldsOf(await door.get('/session/status'))
      for (const [id, status] of Object.entries(states)) {
        this.#sessions = withInfo(
          this.#sessions,
          id,
          fieldsOf(await door.get(`/session/${encodeURIComponent(id)}`)),
        )
        this.#sessions = withStatus(this.#sessions, id, fieldsOf(status))
      }
      const permissions = listOf(await door.get('/permission')).map(fieldsOf)
      const questions = listOf(await door.get('/question')).map(fieldsOf)
      await this.#readMain(door)
      this.#isOpen = true
      this.#waitMs = FIRST_WAIT_MS
      this.#catchUp(permissions, questions)
      this.#publish()
    } catch (error) {
      this.#machine.log('opencode.not-greeted', { problem: String(error) })
      attempt.abort()
    }
  }

  #catchUp(permissions: readonly Fields[], questions: readonly Fields[]): void {
    const open = new Set([...permissions, ...questions].map(({ id }) => textOf(id)))
    for (const ref of this.#pending.keys())
      if (!open.has(ref)) this.#settle(ref, 'It was settled while OpenCode was out of reach.')
    for (const request of permissions) this.#ask(request, 'permission')
    for (const request of questions) this.#ask(request, 'question')
  }

  async #readLimits(door: Door): Promise<void> {
    if (this.#limits.size > 0) return
    const { providers } = fieldsOf(await door.get('/config/providers'))
    for (const provider of listOf(providers).map(fieldsOf))
      for (const [model, about] of Object.entries(fieldsOf(provider['models']))) {
        const limit = countOf(fieldsOf(fieldsOf(about)['limit'])['context'])
        if (limit > 0) this.#limits.set(`${textOf(provider['id'])}/${model}`, limit)
      }
  }

  /** Reads the conversation of the main session once; from then on events tell. */
  async #readMain(door: Door): Promise<void> {
    const { main } = this.#sessions
    if (main === null || this.#read === main) return
    this.#read = main
    // The conversation is in its database: that this is there is what lets the next start go on with it.
    const { home, env } = this.#session
    this.#session.report({ type: 'session', session: main, transcript: databasePath(home, env) })
    const messages = listOf(await door.get(`/session/${encodeURIComponent(main)}/message`))
    for (const signal of this.#talk.whole(messages)) this.#session.report(signal)
    const { info } = fieldsOf(messages.at(-1))
    const error = fieldsOf(fieldsOf(info)['error'])
    if (textOf(error['name']) === '') return
    this.#sessions = withError(withInfo(this.#sessions, main, {}), main, error)
  }

  #take(event: Fields): void {
    const properties = fieldsOf(event['properties'])
    const before = this.#sessions
    this.#sessions = afterEvent(before, event)
    this.#tell(textOf(event['type']), properties)
    if (before.main !== this.#sessions.main && this.#door) this.#readMain(this.#door).catch(this.#failed)
    this.#publish()
  }

  #tell(type: string, properties: Fields): void {
    switch (type) {
      case 'permission.asked':
        return this.#ask(properties, 'permission')
      case 'question.asked':
        return this.#ask(properties, 'question')
      case 'permission.replied':
      case 'question.replied':
      case 'question.rejected':
        return this.#settle(textOf(properties['requestID']), 'It was settled in the terminal.')
      case 'message.updated':
        return this.#reportAll(this.#talk.message(fieldsOf(properties['info'])))
      case 'message.part.updated':
        return this.#reportAll(this.#talk.part(fieldsOf(properties['part'])))
      case 'session.idle':
        return this.#end(textOf(properties['sessionID']))
    }
  }

  #ask(request: Fields, kind: 'permission' | 'question'): void {
    const id = textOf(request['sessionID'])
    this.#sessions = asked(this.#sessions, request, kind)
    const { main, byId } = this.#sessions
    const context = {
      at: this.#machine.clock.now(),
      onBehalfOf: id === main || !isOfMain(this.#sessions, id) ? null : (byId.get(id)?.title ?? id),
    }
    const pending = kind === 'permission' ? permissionIn(request, context) : questionIn(request, context)
    if (!pending || this.#pending.has(pending.ask.ref)) return
    this.#pending.set(pending.ask.ref, { ...pending, isAnswered: false })
    this.#session.report({ type: 'ask', ask: pending.ask })
  }

  #settle(ref: string, why: string): void {
    const pending = this.#pending.get(ref)
    if (!pending) return
    this.#pending.delete(ref)
    this.#session.report(pending.isAnswered ? { type: 'ask-consumed', ref } : { type: 'ask-over', ref, why })
  }

  #end(id: string): void {
    // OpenCode says it twice; the second time nothing was under way.
    if (id !== this.#sessions.main || !this.#isTurn) return
    this.#isTurn = false
    if (this.#sessions.byId.get(id)?.error) return
    this.#session.report({ type: 'turn-ended', last: this.#talk.last(), at: this.#machine.clock.now() })
  }

  #publish(): void {
    if (!this.#isOpen) return
    const evidence = evidenceOf(this.#sessions, this.#machine.clock.now())
    const told = `${evidence.state} ${evidence.why}`
    if (told === this.#told) return
    this.#told = told
    if (evidence.state === 'working') this.#isTurn = true
    this.#session.report({ type: 'evidence', evidence })
  }

  #lose(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#told = ''
    this.#read = null
    this.#sessions = { ...NO_SESSIONS, main: this.#sessions.main }
    this.#session.report({ type: 'silent', source: 'vendor' })
  }

  #threadOf(id: string): string | null | undefined {
    const { main, byId } = this.#sessions
    if (id === main) return null
    return isOfMain(this.#sessions, id) ? byId.get(id)?.title || id : undefined
  }

  async #beginSession(door: Door): Promise<string> {
    const id = textOf(fieldsOf(await door.post('/session', {}))['id'])
    await this.#show(door, id, SHOW_TRIES)
    return id
  }

  /** The terminal takes a session only once it has drawn itself: it is told again while it shows none. */
  async #show(door: Door, id: string, tries: number): Promise<void> {
    await door.post('/tui/select-session', { sessionID: id })
    if (tries <= 1 || this.#stop.signal.aborted) return
    this.#cancelShow = this.#machine.clock.after(SHOW_MS, () => {
      this.#look(door, id, tries - 1).catch((error: unknown) =>
        this.#machine.log('opencode.not-shown', { id, problem: String(error) }),
      )
    })
  }

  async #look(door: Door, id: string, tries: number): Promise<void> {
    const screen = await this.#machine.terminal.screen()
    const isNotShown = screen.trim() === '' || GREETS.test(screen)
    if (isNotShown && this.#sessions.main === id) await this.#show(door, id, tries)
  }

  #reportAll(signals: readonly Signal[]): void {
    for (const signal of signals) this.#session.report(signal)
  }

  #reach(what: string): Door {
    if (!this.#door || !this.#isOpen) throw fault('agent.unable', { name: 'The agent', what })
    return this.#door
  }
}

async function doorIn(runFolder: string): Promise<Door | null> {
  const told = fieldsOf(parsed(await readFile(`${runFolder}/${DOOR}`, 'utf8').catch(() => '')))
  const port = countOf(told['port'])
  return port > 0 && port < 65_536 ? openDoor({ port, password: textOf(told['password']) }) : null
}

function fitting(pending: Pending, answer: Answer): { path: string; body: Fields } {
  try {
    return callFor(pending, answer)
  } catch (error) {
    throw fault('attention.unfit', { problem: error instanceof Error ? error.message : String(error) })
  }
}
