// A running Gemini CLI: its title and its chat file tell what it does, its dialogs are read off the screen and answered by verified keys.
import { fault, type Answer, type Ask, type Entry, type Evidence } from '@tutti/core'
import { clipped } from '../foreign.ts'
import { dialogOn, questionOf, type Dialog } from '../dialog/dialog.ts'
import { choose } from '../dialog/hand.ts'
import type { KitMachine, KitSession, RunningKit } from '../kit.ts'
import { readBy } from '../reading-rules.ts'
import { followJournal, type Journal } from '../tail/journal.ts'
import { inTurns, type InTurns } from '../turn-taking.ts'
import { createTyping, type Typing } from '../typing.ts'
import { createBeginning, type Beginning } from './beginning.ts'
import { createChatReader, type ChatReader } from './chat.ts'
import { chatFile, chatFolder, geminiHome, type ChatPlace } from './chat-file.ts'
import { followHelpers, type Helpers } from './helpers.ts'
import { DIALOG_RULES, PASTED, promptOn, showsWork, TITLE_RULES } from './screen.ts'

// A dialog may give way to the next without a change of the title; looked at only while one is shown.
const LOOK_MS = 400
// The title follows a prompt within a few 100 ms; later the file was late to tell of a turn that is over.
const LATE_MS = 1000

/** Takes up a running Gemini CLI. */
export const openGemini = (session: KitSession): RunningKit => new GeminiSession(session)

class GeminiSession implements RunningKit {
  readonly #session: KitSession
  readonly #machine: KitMachine
  readonly #ends: (() => void)[]
  readonly #look: InTurns
  readonly #failed: (error: unknown) => void
  readonly #typing: Typing
  readonly #beginning: Beginning
  #cancelLook = (): void => {}
  #chat: ChatReader | null = null
  #journal: { path: string; journal: Journal } | null = null
  #helpers: Helpers | null = null
  #open: { ask: Ask; dialog: Dialog; isAnswered: boolean } | null = null
  #asked = 0
  /** Why the last action was refused; its dialog takes no words, so they follow when it stands at its prompt. */
  #reason = ''
  #state: Evidence['state'] = 'unknown'
  #told = ''
  #isSpokenTo = false
  /** It works by its screen, though its title says that it rests. */
  #isSeenWorking = false
  #cancelWait = (): void => {}
  /** When its title last became that of one at work. */
  #workedAt = 0
  /** The chat file was not there when it was first looked for: all in it is of this run. */
  #isFresh = false
  /** Turns whose end was told; those that were there at the beginning count as told. */
  #turns = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(session: KitSession) {
    this.#session = session
    this.#machine = session.machine
    this.#typing = createTyping({
      agentId: session.agentId,
      machine: session.machine,
      promptOn,
      placeholder: PASTED,
      mayPress: () => this.#state !== 'waiting-approval',
      lastPrompt: () => '',
      tookSince: (words, since) => this.#tookSince(words, since),
    })
    this.#beginning = createBeginning({
      machine: session.machine,
      goesOn: async () => (await this.entries()).some(({ role }) => role === 'person'),
      begun: () => this.#readTitle(),
    })
    this.#failed = (error) => session.machine.log('gemini.not-seen', { problem: String(error) })
    this.#look = inTurns(() => this.#seeDialog(), this.#failed)
    this.#ends = [session.machine.terminal.onTitle(() => this.#readTitle())]
    this.#readTitle()
    if (session.session !== null) this.#seek(session.session)
  }

  // Hooks could only be passed by a file that belongs to root.
  hook(): Promise<unknown> {
    return Promise.resolve({})
  }

  async answer(ref: string, answer: Answer): Promise<void> {
    const open = this.#open
    if (open?.ask.ref !== ref)
      throw fault('attention.stale', { receipt: 'stale', why: 'its dialog is not on the screen any more' })
    await choose(this.#sight(), DIALOG_RULES, { dialog: open.dialog, key: keyFor(open.ask, answer) })
    open.isAnswered = true
    if (answer.kind === 'deny') this.#reason = answer.reason
    this.#look()
  }

  async prompt(text: string): Promise<void> {
    // While it works it queues the words itself.
    await this.#typing.send(text)
  }

  async interrupt(): Promise<void> {
    if (this.#state === 'working') await this.#machine.terminal.press('Escape')
  }

  async notice(text: string): Promise<boolean> {
    try {
      // One that was typed before may only now be seen to be taken. It tells nothing of mail that has come since.
      if ((await this.#typing.finish()) === text) return true
      if (this.#state !== 'idle' || this.#isSeenWorking || this.#isUnanswered()) return false
      await this.#typing.deliver(text)
      return true
    } catch (error) {
      // Somebody's draft stands at the prompt, and words must not be mixed into it.
      this.#machine.log('gemini.not-told', { problem: String(error) })
      return false
    }
  }

  async entries(): Promise<readonly Entry[]> {
    const own = (await this.#journal?.journal.entries()) ?? []
    return this.#helpers ? this.#helpers.among(own) : own
  }

  close(): void {
    this.#isClosed = true
    for (const end of this.#ends) end()
    this.#cancelLook()
    this.#cancelWait()
    this.#beginning.close()
    this.#journal?.journal.close()
    this.#helpers?.close()
  }

  /** Its title is that of one at work, or its chat file has the words. */
  #tookSince(words: string, since: number): boolean | null {
    if (this.#workedAt >= since) return true
    return this.#chat?.tookSince(words, since) ?? null
  }

  /** Watches for the chat file: first the list of folders, then the folder. */
  #seek(session: string): void {
    const { home, env, folder } = this.#session
    const place: ChatPlace = { home: geminiHome(home, env), folder, session }
    let watched = ''
    const find = inTurns(
      async () => {
        const chats = await chatFolder(place)
        if (this.#isClosed) return
        if (chats === null) {
          this.#isFresh = true
          return
        }
        if (watched !== chats) {
          watched = chats
          this.#followHelpers(`${chats}/${session}`)
          this.#ends.push(this.#machine.watch(chats, find))
        }
        const path = await chatFile(chats, session)
        if (path === null) this.#isFresh = true
        else if (path !== this.#journal?.path) this.#openJournal(session, path)
      },
      (error) => this.#machine.log('gemini.chat-not-found', { problem: String(error) }),
    )
    this.#ends.push(this.#machine.watch(`${place.home}/projects.json`, find))
  }

  #followHelpers(folder: string): void {
    this.#helpers?.close()
    this.#helpers = followHelpers({ folder, machine: this.#machine, report: this.#session.report })
  }

  #openJournal(session: string, path: string): void {
    this.#journal?.journal.close()
    const createReader = () => {
      const chat = createChatReader()
      this.#chat = chat
      return chat.read
    }
    const journal = followJournal({
      path,
      machine: this.#machine,
      createReader,
      report: (signal) => {
        this.#session.report(signal)
        if (signal.type === 'entries') this.#hear(signal.entries)
      },
    })
    this.#journal = { path, journal }
    this.#session.report({ type: 'session', session, transcript: path })
    this.#begin(journal).catch(this.#failed)
  }

  async #begin(journal: Journal): Promise<void> {
    await journal.entries()
    this.#turns = this.#isFresh ? 0 : (this.#chat?.ending().turns ?? 0)
    this.#endTurn()
  }

  /** How the turn ended may be written after the title has changed, and a short turn changes no title at all. */
  #hear(entries: readonly Entry[]): void {
    // Whoever was just spoken to is not ready: the title follows.
    if (entries.some(({ role }) => role === 'person')) this.#expectWork()
    this.#publish(this.#machine.clock.now())
    this.#endTurn()
  }

  /** Somebody has just spoken to it, and its title may not tell yet that it works. */
  #isUnanswered(): boolean {
    return this.#isSpokenTo && this.#chat?.ending().how === 'unanswered'
  }

  #expectWork(): void {
    this.#isSpokenTo = this.#state !== 'working'
    this.#lookLater()
  }

  /** The title has been seen to stay that of one at rest for a whole turn: its screen is asked before that counts. */
  #lookLater(): void {
    this.#cancelWait()
    this.#cancelWait = this.#machine.clock.after(LATE_MS, () => {
      this.#lookForWork().catch(this.#failed)
    })
  }

  async #lookForWork(): Promise<void> {
    const isAtRest = this.#state === 'idle' && this.#chat?.ending().how === 'unanswered'
    this.#isSeenWorking = isAtRest && showsWork(await this.#machine.terminal.screen())
    if (this.#isClosed) return
    if (this.#isSeenWorking) this.#lookLater()
    else this.#isSpokenTo = false
    this.#publish(this.#machine.clock.now())
    this.#endTurn()
  }

  #readTitle(): void {
    const at = this.#machine.clock.now()
    this.#state = this.#titleEvidence(at).state
    if (this.#state === 'working') {
      this.#isSpokenTo = false
      this.#workedAt = at
    }
    this.#look()
    if (this.#state === 'idle') this.#rest(at).catch(this.#failed)
    else this.#publish(at)
  }

  #titleEvidence(at: number): Evidence {
    const { version } = this.#session
    const evidence = readBy(TITLE_RULES, { version, text: this.#machine.terminal.title(), at })
    return this.#beginning.judged(evidence)
  }

  /** Ready again: the chat file says how the turn ended, and is read first. */
  async #rest(at: number): Promise<void> {
    await this.entries()
    this.#publish(at)
    this.#endTurn()
    await this.#giveReason()
  }

  async #giveReason(): Promise<void> {
    const reason = this.#reason
    this.#reason = ''
    if (reason === '' || this.#isClosed) return
    await this.prompt(reason).catch((error: unknown) =>
      this.#machine.log('gemini.reason-not-given', { problem: String(error) }),
    )
  }

  #endTurn(): void {
    const ending = this.#chat?.ending()
    if (!ending || this.#state !== 'idle' || ending.turns <= this.#turns) return
    if (this.#isUnanswered()) return
    this.#turns = ending.turns
    if (ending.how === 'other')
      this.#session.report({ type: 'turn-ended', last: ending.last, at: this.#machine.clock.now() })
  }

  /** The title says what it does; when it is ready, the chat file says how the last turn ended. */
  #publish(at: number): void {
    const evidence = this.#refined(this.#titleEvidence(at))
    const told = `${evidence.state} ${evidence.why}`
    if (told === this.#told) return
    this.#told = told
    this.#session.report({ type: 'evidence', evidence })
  }

  #refined(evidence: Evidence): Evidence {
    if (evidence.state === 'waiting-approval' && this.#open?.dialog.kind === 'question')
      return { ...evidence, state: 'waiting-answer', why: `${evidence.why} Its screen shows a question.` }
    const ending = this.#chat?.ending()
    if (evidence.state !== 'idle' || !ending) return evidence
    if (this.#isSeenWorking) return { ...evidence, state: 'working', why: 'Its screen shows that it works.' }
    if (ending.how === 'failed')
      return { ...evidence, state: 'failed', why: clipped(`The turn failed: ${ending.words}`, 2000) }
    if (ending.how === 'other' || this.#isUnanswered()) return evidence
    const why = 'It is ready again, and its chat file has no answer to the last prompt.'
    return { ...evidence, state: 'interrupted', why }
  }

  async #seeDialog(): Promise<void> {
    this.#cancelLook()
    const isAsking = this.#state === 'waiting-approval'
    const dialog = isAsking
      ? dialogOn(await this.#machine.terminal.screen(), DIALOG_RULES, this.#session.version)
      : null
    // A dialog that is being drawn is no dialog yet; one that is known stays until another is seen or the title changes.
    if (!isAsking || (dialog && dialog.mark !== this.#open?.dialog.mark)) this.#settle()
    if (dialog && !this.#open) this.#ask(dialog)
    if (this.#isClosed || !isAsking) return
    this.#publish(this.#machine.clock.now())
    this.#cancelLook = this.#machine.clock.after(LOOK_MS, this.#look)
  }

  #ask(dialog: Dialog): void {
    const ref = `dialog-${this.#session.startedAt}-${this.#machine.clock.now()}-${++this.#asked}`
    const ask: Ask = {
      ref,
      kind: dialog.kind,
      title: clipped(dialog.about || dialog.text, 2000),
      tool: dialog.tool,
      input: dialog.about === '' ? null : { shown: clipped(dialog.about, 10_000) },
      reason: '',
      questions: [questionOf(dialog, DIALOG_RULES)],
      at: this.#machine.clock.now(),
      onBehalfOf: dialog.helper === null ? null : clipped(dialog.helper, 300),
    }
    this.#open = { ask, dialog, isAnswered: false }
    this.#session.report({ type: 'ask', ask })
  }

  #settle(): void {
    const open = this.#open
    if (!open) return
    this.#open = null
    const { ref } = open.ask
    this.#session.report(
      open.isAnswered
        ? { type: 'ask-consumed', ref }
        : { type: 'ask-over', ref, why: 'It was settled in the terminal.' },
    )
  }

  #sight(): { machine: KitMachine; version: string | null } {
    return { machine: this.#machine, version: this.#session.version }
  }
}

/** The key of a choice; a refusal is the option that refuses. */
function keyFor(ask: Ask, answer: Answer): string {
  const choices = ask.questions[0]?.choices ?? []
  const chosen = answer.kind === 'choose' ? answer.choices[0]?.[0] : undefined
  const key = answer.kind === 'deny' ? choices.find(({ effect }) => effect === 'deny')?.key : chosen
  if (key === undefined)
    throw fault('attention.unfit', { problem: 'Gemini CLI takes one of its choices, not words' })
  return key
}
