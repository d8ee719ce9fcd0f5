// A running Codex: what its server tells becomes signals, and what a person does goes to its server.
import { fault, type Answer, type Entry } from '@tutti/core'
import { clipped, fieldsOf, listOf, textOf, type Fields } from '../foreign.ts'
import type { KitMachine, KitSession, RunningKit } from '../kit.ts'
import { readBy } from '../reading-rules.ts'
import { createOffer, type Offer } from '../offer.ts'
import { createHelperJournals, type HelperJournals } from '../tail/helper-journals.ts'
import { followJournal, type Journal } from '../tail/journal.ts'
import { SKILLS } from '../teaching.ts'
import { createAskBook, type AskBook } from './ask-book.ts'
import { SOCKET } from './launch.ts'
import { keepConnected } from './link.ts'
import { takeSettings } from './permissions.ts'
import { createRolloutReader, quotasIn } from './rollout.ts'
import type { Rpc, RpcMessage } from './rpc.ts'
import {
  afterMessage,
  evidenceOf,
  helpersOf,
  NO_THREADS,
  withCommands,
  withThread,
  withTurn,
  type Thread,
  type Threads,
} from './threads.ts'
import { TITLE_RULES } from './title.ts'

const CLIENT = { name: 'tutti', title: 'Tutti', version: '0.1.0' }
// Words as they are spoken, and bytes as a command prints them: the transcript has them whole.
const UNWANTED = (
  'item/agentMessage/delta item/plan/delta item/commandExecution/outputDelta item/reasoning/summaryTextDelta ' +
  'item/reasoning/textDelta item/fileChange/outputDelta item/fileChange/patchUpdated command/exec/outputDelta ' +
  'process/outputDelta turn/diff/updated'
).split(' ')
// A thread can be followed once its file is there, which is some 10 ms after its first turn began.
const FOLLOW_TRIES = 40
const FOLLOW_WAIT_MS = 100
const ENDING_TRIES = 60
const ENDING_WAIT_MS = 50

/** Takes up a running Codex. Its server is looked for until `close`. */
export const openCodex = (session: KitSession): RunningKit => new CodexSession(session)

class CodexSession implements RunningKit {
  readonly #session: KitSession
  readonly #machine: KitMachine
  readonly #asks: AskBook
  readonly #followed = new Set<string>()
  readonly #ends: (() => void)[]
  #threads: Threads = NO_THREADS
  #rpc: Rpc | null = null
  #journal: { path: string; journal: Journal } | null = null
  readonly #helpers: HelperJournals
  readonly #offer: Offer
  #told = ''
  #prompts = 0

  constructor(session: KitSession) {
    this.#session = session
    this.#machine = session.machine
    this.#asks = createAskBook(session.report)
    const { machine, report } = session
    this.#helpers = createHelperJournals({ machine, createReader: createRolloutReader, report })
    this.#offer = createOffer({ clock: machine.clock, entries: () => this.entries() })
    const { terminal } = session.machine
    this.#ends = [
      keepConnected({
        path: `${session.runFolder}/${SOCKET}`,
        machine: session.machine,
        onOpen: (rpc) => this.#greet(rpc),
        onMessage: (message) => this.#take(message),
        onLost: () => this.#lose(),
      }),
      terminal.onTitle((title) => this.#readTitle(title)),
    ]
    this.#readTitle(terminal.title())
  }

  // Codex is asked over its socket; it has no hooks of ours.
  hook(): Promise<unknown> {
    return Promise.resolve({})
  }

  async answer(ref: string, answer: Answer): Promise<void> {
    const { rpc } = this.#reach('answer from here')
    const { reply, thread, turn } = this.#asks.answer(ref, answer)
    rpc.reply(reply.id, reply.result)
    const reason = answer.kind === 'deny' ? answer.reason : ''
    if (reason !== '')
      await rpc.call('turn/steer', { threadId: thread, expectedTurnId: turn, input: wordsOf(reason) })
  }

  async prompt(text: string): Promise<void> {
    const { rpc, main } = this.#reach('give words to')
    const words = { threadId: main.id, input: wordsOf(text) }
    const mark = `tutti-${this.#machine.clock.now()}-${++this.#prompts}`
    if (main.status === 'active') {
      await rpc.call('thread/queue/add', { ...words, clientUserMessageId: mark })
      return
    }
    await this.#turnOver()
    await rpc.call('turn/start', words)
  }

  /** A thread fails a moment before its turn ends, and words in between would be lost in that turn. */
  async #turnOver(): Promise<void> {
    for (let tries = 0; tries < ENDING_TRIES && this.#main()?.turn?.status === 'inProgress'; tries++)
      await new Promise<void>((resolve) => this.#machine.clock.after(ENDING_WAIT_MS, resolve))
  }

  async interrupt(): Promise<void> {
    const { rpc, main } = this.#reach('interrupt from here')
    if (main.turn?.status === 'inProgress')
      await rpc.call('turn/interrupt', { threadId: main.id, turnId: main.turn.id })
  }

  async notice(text: string): Promise<boolean> {
    const main = this.#main()
    const rpc = this.#rpc
    // Somebody is asked something: words would be taken for an answer.
    if (!rpc || !main || main.flags.length > 0) return false
    const words = { threadId: main.id, input: wordsOf(text) }
    if (main.turn?.status === 'inProgress' && main.status === 'active') {
      const expectedTurnId = main.turn.id
      return this.#offer(text, () => rpc.call('turn/steer', { ...words, expectedTurnId }))
    }
    // One whose last turn failed can be told as well.
    if (!AT_REST.has(main.status)) return false
    await this.#turnOver()
    return this.#offer(text, () => rpc.call('turn/start', words))
  }

  async entries(): Promise<readonly Entry[]> {
    return this.#helpers.among((await this.#journal?.journal.entries()) ?? [])
  }

  close(): void {
    this.#rpc = null
    for (const end of this.#ends) end()
    this.#journal?.journal.close()
    this.#helpers.close()
  }

  async #greet(rpc: Rpc): Promise<void> {
    const capabilities = {
      experimentalApi: true,
      requestAttestation: false,
      optOutNotificationMethods: UNWANTED,
    }
    await rpc.call('initialize', { clientInfo: CLIENT, capabilities })
    rpc.notify('initialized')
    await this.#teach(rpc)
    this.#rpc = rpc
    const loaded = await rpc.call('thread/loaded/list', {})
    for (const id of listOf(loaded['data']).map(textOf)) await this.#look(rpc, id)
    const known = this.#session.session
    if (known !== null && this.#threads.byId.has(known)) this.#threads = { ...this.#threads, main: known }
    for (const { id, isSide } of this.#threads.byId.values()) if (!isSide) await this.#follow(rpc, id, 1)
    this.#asks.dropUnseen()
    await this.#settle(rpc)
  }

  /** Skills of this session alone: its server forgets the folder when it ends, and takes one that is not there. */
  async #teach(rpc: Rpc): Promise<void> {
    const extraRoots = [`${this.#session.runFolder}/${SKILLS}`]
    await rpc
      .call('skills/extraRoots/set', { extraRoots })
      .catch((error: unknown) => this.#machine.log('codex.skills-refused', { problem: String(error) }))
  }

  async #look(rpc: Rpc, id: string): Promise<void> {
    const { thread } = await rpc.call('thread/read', { threadId: id })
    this.#threads = withThread(this.#threads, fieldsOf(thread))
  }

  /** Asks for a thread's turns and requests; those that wait for an answer come again. */
  async #follow(rpc: Rpc, id: string, tries: number): Promise<void> {
    if (this.#followed.has(id) || this.#rpc !== rpc) return
    this.#followed.add(id)
    try {
      // Each answer is taken in at once: what the server tells after it is newer.
      const { thread } = await rpc.call('thread/resume', { threadId: id, excludeTurns: true })
      this.#threads = withThread(this.#threads, fieldsOf(thread))
      const turns = await rpc.call('thread/turns/list', { threadId: id, limit: 1 })
      this.#threads = withTurn(this.#threads, id, fieldsOf(listOf(turns['data'])[0]))
      await this.#count(rpc, id)
      await this.#settle(rpc)
    } catch (error) {
      this.#followed.delete(id)
      // A thread without a turn has no file and cannot be followed; its first turn brings us here again.
      if (tries <= 1 || this.#rpc !== rpc)
        return this.#machine.log('codex.not-followed', { id, problem: String(error) })
      this.#machine.clock.after(FOLLOW_WAIT_MS, () => {
        this.#follow(rpc, id, tries - 1).catch(this.#unknown(id))
      })
    }
  }

  async #count(rpc: Rpc, id: string): Promise<void> {
    const terminals = await rpc.call('thread/backgroundTerminals/list', { threadId: id })
    const commands = listOf(terminals['data']).map((terminal) => textOf(fieldsOf(terminal)['itemId']))
    this.#threads = withCommands(this.#threads, id, commands)
  }

  async #settle(rpc: Rpc): Promise<void> {
    const main = this.#main()
    if (main && main.path !== null && this.#journal?.path !== main.path) this.#openJournal(main, main.path)
    for (const { id, path, name } of main ? helpersOf(this.#threads, main.id) : [])
      if (path !== null) this.#helpers.follow(path, name || id)
    const settings = main ? await takeSettings(this.#session.runFolder, main.id) : null
    if (main && settings) await rpc.call('thread/settings/update', { threadId: main.id, ...settings })
    this.#publish(this.#machine.clock.now())
  }

  #openJournal(main: Thread, path: string): void {
    const { report } = this.#session
    this.#journal?.journal.close()
    const journal = followJournal({ path, machine: this.#machine, createReader: createRolloutReader, report })
    this.#journal = { path, journal }
    report({ type: 'session', session: main.id, transcript: path })
  }

  #take(message: RpcMessage): void {
    const at = message.at ?? this.#machine.clock.now()
    const { method, params, id } = message
    if (id !== null) return this.#asks.take({ ...message, id }, { at, threads: this.#threads })
    this.#asks.notice(message)
    if (method === 'account/rateLimits/updated') return this.#reportQuota(fieldsOf(params['rateLimits']))
    this.#threads = afterMessage(this.#threads, message)
    const thread = textOf(params['threadId']) || textOf(fieldsOf(params['thread'])['id'])
    if (this.#rpc && THREAD_NEWS.has(method)) this.#seek(this.#rpc, thread).catch(this.#unknown(thread))
    if (method === 'turn/completed' && thread === this.#threads.main)
      this.#reportTurn(fieldsOf(params['turn']), at)
    this.#publish(at)
  }

  async #seek(rpc: Rpc, id: string): Promise<void> {
    if (!this.#threads.byId.has(id)) await this.#look(rpc, id)
    const thread = this.#threads.byId.get(id)
    if (!thread || thread.isSide) return
    if (thread.status === 'active') await this.#follow(rpc, id, FOLLOW_TRIES)
    else if (this.#followed.has(id)) await this.#count(rpc, id)
    await this.#settle(rpc)
  }

  #unknown(id: string): (error: unknown) => void {
    return (error) => this.#machine.log('codex.thread-unknown', { id, problem: String(error) })
  }

  #publish(at: number): void {
    if (!this.#rpc) return
    const evidence = evidenceOf(this.#threads, at)
    const told = `${evidence.state} ${evidence.why}`
    if (told === this.#told) return
    this.#told = told
    this.#session.report({ type: 'evidence', evidence })
  }

  #reportQuota(limits: Fields): void {
    const quotas = quotasIn(limits)
    if (quotas.length > 0) this.#session.report({ type: 'quota', quotas })
  }

  #reportTurn(turn: Fields, at: number): void {
    if (turn['status'] !== 'completed') return
    const items = listOf(turn['items']).map(fieldsOf)
    const last = textOf(items.findLast((item) => item['type'] === 'agentMessage')?.['text'])
    this.#session.report({ type: 'turn-ended', last: clipped(last, 20_000), at })
  }

  #readTitle(text: string): void {
    const { version, report } = this.#session
    const evidence = readBy(TITLE_RULES, { version, text, at: this.#machine.clock.now() })
    report({ type: 'evidence', evidence })
  }

  #lose(): void {
    this.#rpc = null
    this.#told = ''
    this.#threads = NO_THREADS
    this.#followed.clear()
    this.#asks.forget()
    this.#session.report({ type: 'silent', source: 'vendor' })
  }

  #main(): Thread | null {
    const { main, byId } = this.#threads
    return main === null ? null : (byId.get(main) ?? null)
  }

  #reach(what: string): { rpc: Rpc; main: Thread } {
    const main = this.#main()
    if (!this.#rpc || !main) throw fault('agent.unable', { name: 'The agent', what })
    return { rpc: this.#rpc, main }
  }
}

const AT_REST = new Set(['idle', 'systemError'])
// What may bring a thread that is not followed yet.
const THREAD_NEWS = new Set(['thread/started', 'thread/status/changed', 'thread/closed'])

const wordsOf = (text: string): readonly Fields[] => [{ type: 'text', text, text_elements: [] }]
