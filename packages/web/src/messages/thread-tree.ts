// A thread as the tree of who answered whom, whatever the order in which its messages came and whichever are missing.
import type { Message } from '@tutti/core'

export interface Branch {
  message: Message
  /** What answers it, oldest first. */
  answers: readonly Branch[]
}

/** The trees of a thread, oldest first; more than one where a message answers something that is not here. */
export function treeOf(messages: readonly Message[]): Branch[] {
  const byId = new Map(messages.map((one) => [one.id, one]))
  const answers = new Map<string, Message[]>()
  const roots: Message[] = []
  for (const message of inTime(messages)) {
    const parent = message.inReplyTo
    if (parent === null || !byId.has(parent) || isLoop(message, byId)) roots.push(message)
    else answers.set(parent, [...(answers.get(parent) ?? []), message])
  }
  const branch = (message: Message): Branch => ({
    message,
    answers: (answers.get(message.id) ?? []).map(branch),
  })
  return roots.map(branch)
}

/** Two messages of somebody elsewhere may claim to answer each other. */
function isLoop(message: Message, byId: ReadonlyMap<string, Message>): boolean {
  const seen = new Set([message.id])
  for (let at = byId.get(message.inReplyTo ?? ''); at; at = byId.get(at.inReplyTo ?? '')) {
    if (seen.has(at.id)) return true
    seen.add(at.id)
  }
  return false
}

/** The ids as they are read from top to bottom. */
export const linesOf = (branches: readonly Branch[]): string[] =>
  branches.flatMap(({ message, answers }) => [message.id, ...linesOf(answers)])

const inTime = (messages: readonly Message[]): Message[] =>
  messages.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
