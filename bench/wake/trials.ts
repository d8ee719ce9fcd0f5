// The five situations in which mail may find an agent, and what must have happened for the notice to count as seen.
import { pause } from '../stage.ts'
import type { Asked } from './model-tap.ts'
import type { Cast, Subject } from './subject.ts'

export const WAKE_STATES = ['idle', 'busy', 'in a dialog', 'hibernated', 'two in a folder'] as const
export type WakeState = (typeof WAKE_STATES)[number]

/** What the issue promises: so long after the agent could take it. */
const PROMISE_MS = 5000
// Late is another failure than never, and a machine that is busy with other things is neither.
const PATIENCE_MS = 60_000
// A program that is woken has to start first; how long that took is told apart.
const START_MS = 120_000
const TURN_MS = 4000
const DIALOG_MS = 1500

export interface Trial {
  /** Once, in time, with nothing of the message, and nobody else was told. */
  seen: boolean
  /** All that, but late. */
  late: boolean
  /** From the moment at which it could be taken: the sending, the end of the turn, or the first prompt after a start. */
  ms: number
  /** What was wrong; empty where nothing was. */
  why: string
}

export interface Stageplay {
  cast: Cast
  subject: Subject
  /** Another agent of the same program with the same home and folder. */
  neighbour(): Promise<Subject>
  /** Sends one message to the agent of that name; resolves when it is accepted. */
  mail(to: string): Promise<void>
  n: number
}

export function trial(state: WakeState, play: Stageplay): Promise<Trial> {
  switch (state) {
    case 'idle':
      return whileIdle(play.subject, play)
    case 'busy':
      return whileBusy(play)
    case 'in a dialog':
      return inDialog(play)
    case 'hibernated':
      return hibernated(play)
    case 'two in a folder':
    default:
      return beside(play)
  }
}

async function whileIdle(subject: Subject, { mail }: Stageplay): Promise<Trial> {
  await subject.rests()
  const before = subject.notices()
  const since = Date.now()
  await mail(subject.name)
  return verdict(subject, { before, from: since, request: await subject.seen(before, PATIENCE_MS) })
}

async function whileBusy({ subject, mail, n }: Stageplay): Promise<Trial> {
  await subject.rests()
  const before = subject.notices()
  const first = subject.asked().length
  await subject.prompt(`Trial ${n}. [[sleep: ${TURN_MS}]] [[say: done ${n}]]`)
  await subject.is(['working'])
  await mail(subject.name)
  const request = await subject.seen(before, PATIENCE_MS)
  return verdict(subject, { before, from: lastAnswer(subject, first, request), request })
}

async function inDialog({ cast, subject, mail, n }: Stageplay): Promise<Trial> {
  await subject.rests()
  const before = subject.notices()
  const first = subject.asked().length
  await subject.prompt(`Trial ${n}. ${cast.program.asks(`touch asked-${n}.txt`)}`)
  await subject.is(['waiting-approval'])
  await mail(subject.name)
  await pause(DIALOG_MS)
  const isDisturbed = subject.notices() > before || !(await subject.isAsking())
  const allowed = await subject.allow()
  const request = await subject.seen(before, PATIENCE_MS)
  const from = Math.max(allowed, lastAnswer(subject, first, request))
  const outcome = await verdict(subject, { before, from, request })
  return isDisturbed ? wrong('the dialog was disturbed') : outcome
}

async function hibernated({ cast, subject, mail, n }: Stageplay): Promise<Trial> {
  await subject.rests()
  const { client } = cast.stage
  if (subject.asked().length === 0) {
    await subject.prompt(`Trial ${n}. [[say: a conversation]]`)
    await subject.rests()
  }
  const before = subject.notices()
  await client.hibernateAgent({ id: subject.id })
  await subject.is(['hibernated'])
  await mail(subject.name)
  const ready = await readyAt(subject)
  const request = await subject.seen(before, PATIENCE_MS)
  return verdict(subject, { before, from: ready, request })
}

/** When a woken agent stands at its prompt, or has been seen at work already. */
async function readyAt(subject: Subject): Promise<number> {
  await subject.is(['idle', 'working'], START_MS)
  return Date.now()
}

/** Now the one, now the other has mail, and the one beside it must hear nothing. */
async function beside(play: Stageplay): Promise<Trial> {
  const pair = [play.subject, await play.neighbour()] as const
  const [other, subject] = play.n % 2 === 0 ? pair : [pair[1], pair[0]]
  await other.rests()
  const heard = other.notices()
  const outcome = await whileIdle(subject, play)
  await other.rests()
  return other.notices() > heard ? wrong('the one beside it was told') : outcome
}

/** The end of the last answer that came before the notice: where the turn, or the step of it, ended. */
function lastAnswer(subject: Subject, first: number, request: Asked | null): number {
  const ends = subject
    .asked()
    .slice(first)
    .filter((one) => request === null || one.at < request.at)
    .map(({ answeredAt }) => answeredAt ?? 0)
  return Math.max(0, ...ends)
}

interface Outcome {
  before: number
  from: number
  request: Asked | null
}

/** Seen in time, once, and with nothing of the message. */
async function verdict(subject: Subject, { before, from, request }: Outcome): Promise<Trial> {
  if (request === null) return wrong(`not seen\n${await subject.told()}`)
  await subject.rests()
  const ms = Math.max(0, request.at - from)
  const told = subject.notices() - before
  if (told !== 1) return wrong(`told ${told} times`)
  if (subject.asked().some(({ leaks }) => leaks)) return wrong('words of the message leaked')
  const late = ms > PROMISE_MS
  return { seen: !late, late, ms, why: late ? `late: ${ms} ms\n${await subject.told()}` : '' }
}

export const wrong = (why: string): Trial => ({ seen: false, late: false, ms: Number.NaN, why })
