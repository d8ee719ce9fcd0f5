// Between the mailboxes of this machine and the lanes to others: what is queued goes out, what became of it is written down.
import type { LoggedEvent, Message, NewEvent } from '@tutti/core'
import type { Letter, Notice } from '@tutti/core/mesh'
import type { By, Statement, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Letters, MeshMail, Stored } from './letters.ts'
import type { Runtime } from './runtime.ts'
import { ON_ITS_WAY } from './state-rows.ts'

export interface PostDeps<S extends Stored> {
  store: Pick<Store, 'all' | 'commit'>
  mail: MeshMail<S>
  letters: Letters<S>
  runtime: () => Runtime
  /** Work that nobody waits for: its failure is a line in the log. */
  quietly: Quietly
}

export const STEPPING: By = { actor: 'system', address: '', act: 'mesh.step', audited: false }

export function createPost<S extends Stored>({ store, mail, letters, runtime, quietly }: PostDeps<S>) {
  const underWay = new Set<string>()

  const send = (message: Message): void => {
    if (underWay.has(message.id)) return
    const letter = letters.letterOf(message)
    if (!letter) return
    underWay.add(message.id)
    runtime().step({ type: 'letter', letter })
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
    /** Takes what was queued for a machine of the room, as soon as it is on disk. */
    follow(events: readonly LoggedEvent[]): void {
      for (const event of events)
        if ((event.type === 'message.created' || event.type === 'message.changed') && isLeaving(event.data))
          send(event.data)
    },
    /** What the process before this one has left. */
    async takeUp(): Promise<void> {
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

const isLeaving = ({ state, to }: Message): boolean => state === 'queued' && to.mailbox === null

const forgetNotice = ({ id }: Notice): Statement => ({
  sql: 'DELETE FROM mesh_notices WHERE id = ?',
  values: [id],
})
