// Between the mailboxes of this machine and the lanes to others: what is queued goes out, what became of it is written down.
import type { LoggedEvent, Message, NewEvent } from '@tutti/core'
import type { Letter, MeshChange, Notice } from '@tutti/core/mesh'
import type { By, Statement, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Letters, MeshMail, Stored } from './letters.ts'
import type { Also, Runtime } from './runtime.ts'

export interface PostDeps<S extends Stored> {
  store: Pick<Store, 'all' | 'commit' | 'writable'>
  mail: MeshMail<S>
  letters: Letters<S>
  runtime: () => Runtime
  /** Work that nobody waits for: its failure is a line in the log. */
  quietly: Quietly
}

export const STEPPING: By = { actor: 'system', address: '', act: 'mesh.step', audited: false }

export function createPost<S extends Stored>({ store, mail, letters, runtime, quietly }: PostDeps<S>) {
  const underWay = new Set<string>()
  /** Letters whose message is on its way to the disk itself. */
  const early = new Set<string>()

  const queue = (letter: Letter): void => {
    underWay.add(letter.id)
    runtime().step({ type: 'letter', letter })
  }
  const leave = (stored: Stored): void => {
    const letter = letters.letterOfStored(stored)
    if (!letter) return
    early.add(letter.id)
    try {
      queue(letter)
    } finally {
      early.delete(letter.id)
    }
  }
  const send = (message: Message): void => {
    const letter = underWay.has(message.id) ? null : letters.letterOf(message)
    if (letter) queue(letter)
  }

  const settled = async (notices: readonly Notice[]): Promise<void> => {
    const over: Statement[] = []
    const work: Promise<unknown>[] = []
    for (const notice of notices) {
      const forget = forgetNotice(notice)
      const move = letters.settle(notice, [forget])
      if (move) work.push(move)
      else over.push(forget)
    }
    if (over.length > 0) work.push(store.commit({ by: STEPPING, subject: 'mesh', statements: over }))
    await Promise.all(work)
  }

  return {
    /** Writes at messages what became of them; what cannot be written now is when the daemon starts the next time. */
    async settle(notices: readonly Notice[]): Promise<void> {
      if (notices.length > 0) await quietly.over(settled(notices))
      for (const { id } of notices) underWay.delete(id)
    },
    /**
     * Takes what is being queued for a machine of the room, so that message and letter are written together: it leaves when both
     * are on the disk, and each sender waits for it once.
     */
    leaving(stored: readonly Stored[]): void {
      // A step that the disk refuses costs the mesh its links.
      if (!store.writable()) return
      // Its message is accepted, whatever becomes of the letter.
      for (const one of stored) if (isLeaving(one.message)) quietly(() => leave(one))
    },
    /** What messages show of the letters that are made of them, written with these. */
    also: (changes: readonly MeshChange[]): Also => ({
      statements: changes.flatMap((change) =>
        change.table === 'mail' && change.change.type === 'queued'
          ? [onItsWay(change.change.letter.id, early.has(change.change.letter.id))]
          : [],
      ),
      events: [],
    }),
    /** Takes what was queued for a machine of the room, as soon as it is on disk. */
    follow(events: readonly LoggedEvent[]): void {
      for (const event of events)
        if ((event.type === 'message.created' || event.type === 'message.changed') && isLeaving(event.data))
          send(event.data)
    },
    /** What the process before this one has left, or a disk that took nothing for a while. */
    async takeUp(): Promise<void> {
      underWay.clear()
      for (const lanes of runtime().node().state.mail.out.values())
        for (const { waiting } of lanes.values())
          for (const { letter } of waiting.values()) underWay.add(letter.id)
      await this.settle(store.all<Notice>('SELECT id, outcome FROM mesh_notices'))
      this.sendQueued()
    },
    /** Sends what is queued and not on its way, such as mail for an agent that has arrived at its new home. */
    sendQueued(): void {
      for (const message of mail.queued(ON_ITS_WAY)) send(message)
    },
    /** Writes a step, with its letters into their mailboxes in the same transaction. */
    async write(
      also: { statements: readonly Statement[]; events: readonly NewEvent[] },
      said: readonly Letter[],
    ): Promise<void> {
      const { messages, returned } = letters.messagesOf(said)
      const statements = [...also.statements, ...returned.statements, ...letters.pinsOf(said)]
      const events = [...also.events, ...returned.events]
      if (messages.length > 0) await mail.accept(messages, { statements, events })
      else await store.commit({ by: STEPPING, subject: 'mesh', statements, events })
    },
  }
}

/** As the next try of a queued message: it is in a lane of the mesh, and the outbox for strangers leaves it alone. */
const ON_ITS_WAY = Number.MAX_SAFE_INTEGER

/** One that is early must find its message: a letter of which its machine knows nothing must never leave. */
const onItsWay = (id: string, isEarly: boolean): Statement => ({
  sql: "UPDATE messages SET next_try_at = ? WHERE id = ? AND state = 'queued'",
  values: [ON_ITS_WAY, id],
  ...(isEarly ? { expect: { changes: 1, fault: 'message.unknown' as const, details: { id } } } : {}),
})

const isLeaving = ({ state, to }: Message): boolean => state === 'queued' && to.mailbox === null

const forgetNotice = ({ id }: Notice): Statement => ({
  sql: 'DELETE FROM mesh_notices WHERE id = ?',
  values: [id],
})
