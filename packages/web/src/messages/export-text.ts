// A thread as Markdown that cannot be told apart from its own frame: foreign lines stand behind a fence longer than any of theirs.
import type { Message } from '@tutti/core'

export interface WholeMessage {
  message: Message
  text: string | null
  context: Record<string, unknown> | null
  /** SHA-256 of what was signed. */
  hash: string
}

/** The messages oldest first, each with its frame as a list and its words within a fence. */
export const markdownOf = (messages: readonly WholeMessage[]): string =>
  [`# ${inline(messages[0]?.message.subject ?? '')}`, ...messages.map(partOf)].join('\n\n') + '\n'

function partOf({ message, text, context, hash }: WholeMessage): string {
  const lines: [string, string | null][] = [
    ['From', message.from.address],
    ['To', message.to.address],
    ['Sent', new Date(message.createdAt).toISOString()],
    ['Subject', message.subject],
    ['State', message.state],
    ['Trust', message.trust],
    ['Answers', message.inReplyTo],
    ['Id', message.id],
    ['SHA-256', hash],
  ]
  return [
    `## ${inline(message.from.address)}, ${new Date(message.createdAt).toISOString()}`,
    lines.flatMap(([name, value]) => (value ? [`- ${name}: ${inline(value)}`] : [])).join('\n'),
    fenced(text ?? '', 'text'),
    ...(context === null ? [] : [fenced(JSON.stringify(context, null, 2), 'json')]),
    ...message.attachments.map(
      (file) => `- File: ${inline(file.name)} (${file.sizeBytes} bytes, ${file.digest})`,
    ),
  ].join('\n\n')
}

/** One line, in which nothing is Markdown. */
const inline = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|~]/g, (sign) => `\\${sign}`)

/** Longer than the longest row of backticks inside. */
function fenced(text: string, kind: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${kind}\n${text}\n${fence}`
}
