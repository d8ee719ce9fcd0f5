// The one table of commands: keys, palette, tooltips and the `?` sheet all read it.
import { pressedInTerminal, terminalChord } from './chord.ts'
import type { WordKey } from '../words/words.ts'

export type CommandGroup = 'everywhere' | 'agents' | 'ask' | 'mail' | 'agent' | 'recording'

export interface Command {
  id: string
  label: WordKey
  group: CommandGroup
  /** The chord unless the user has bound another. */
  keys: string
  /** Not in the palette: moving in a list makes no sense there. */
  hidden?: true
  /** Only ever pressed while a terminal has the focus. */
  inTerminal?: true
}

const COMMANDS = [
  { id: 'palette', label: 'key.palette', group: 'everywhere', keys: 'mod+k', hidden: true },
  { id: 'needs', label: 'key.needs', group: 'everywhere', keys: 'mod+j' },
  { id: 'go.agents', label: 'key.go-agents', group: 'everywhere', keys: 'g a' },
  { id: 'go.wall', label: 'key.go-wall', group: 'everywhere', keys: 'g w' },
  { id: 'go.needs', label: 'key.go-needs', group: 'everywhere', keys: 'g n' },
  { id: 'go.mail', label: 'key.go-mail', group: 'everywhere', keys: 'g m' },
  { id: 'go.usage', label: 'key.go-usage', group: 'everywhere', keys: 'g u' },
  { id: 'go.map', label: 'key.go-map', group: 'everywhere', keys: 'g c' },
  { id: 'go.board', label: 'key.go-board', group: 'everywhere', keys: 'g b' },
  { id: 'go.recordings', label: 'key.go-recordings', group: 'everywhere', keys: 'g r' },
  { id: 'go.nodes', label: 'key.go-nodes', group: 'everywhere', keys: 'g o' },
  { id: 'go.found', label: 'key.go-found', group: 'everywhere', keys: 'g f' },
  { id: 'go.deleted', label: 'key.go-deleted', group: 'everywhere', keys: 'g d' },
  { id: 'go.machine', label: 'key.go-machine', group: 'everywhere', keys: 'g i' },
  { id: 'go.settings', label: 'key.go-settings', group: 'everywhere', keys: 'g s' },
  { id: 'new', label: 'key.new', group: 'everywhere', keys: 'n' },
  { id: 'filter', label: 'key.filter', group: 'everywhere', keys: '/' },
  { id: 'undo', label: 'key.undo', group: 'everywhere', keys: 'z' },
  { id: 'sheet', label: 'key.sheet', group: 'everywhere', keys: '?' },
  { id: 'theme', label: 'key.theme', group: 'everywhere', keys: 'mod+shift+l' },
  { id: 'recent', label: 'key.recent', group: 'everywhere', keys: 'mod+1', hidden: true },
  { id: 'list.down', label: 'key.down', group: 'agents', keys: 'j', hidden: true },
  { id: 'list.up', label: 'key.up', group: 'agents', keys: 'k', hidden: true },
  { id: 'list.open', label: 'key.open', group: 'agents', keys: 'enter', hidden: true },
  { id: 'list.select', label: 'key.select', group: 'agents', keys: 'x', hidden: true },
  { id: 'list.fold', label: 'key.fold', group: 'agents', keys: 'o', hidden: true },
  { id: 'back', label: 'key.back', group: 'agents', keys: 'esc', hidden: true },
  { id: 'ask.1', label: 'key.ask-1', group: 'ask', keys: '1', hidden: true },
  { id: 'ask.2', label: 'key.ask-2', group: 'ask', keys: '2', hidden: true },
  { id: 'ask.3', label: 'key.ask-3', group: 'ask', keys: '3', hidden: true },
  { id: 'ask.words', label: 'key.ask-words', group: 'ask', keys: 'mod+enter', hidden: true },
  { id: 'ask.dismiss', label: 'key.ask-dismiss', group: 'ask', keys: 'e', hidden: true },
  { id: 'ask.snooze', label: 'key.ask-snooze', group: 'ask', keys: 's', hidden: true },
  { id: 'why', label: 'key.why', group: 'ask', keys: 'y' },
  { id: 'mute', label: 'key.mute', group: 'ask', keys: 'm' },
  { id: 'mail.write', label: 'key.mail-write', group: 'mail', keys: 'c' },
  { id: 'mail.reply', label: 'key.mail-reply', group: 'mail', keys: 'r' },
  { id: 'mail.archive', label: 'key.mail-archive', group: 'mail', keys: 'e' },
  { id: 'mail.star', label: 'key.mail-star', group: 'mail', keys: 's' },
  { id: 'split', label: 'key.split', group: 'agent', keys: '\\' },
  { id: 'unsplit', label: 'key.unsplit', group: 'agent', keys: 'mod+\\' },
  { id: 'pane.next', label: 'key.next-pane', group: 'agent', keys: 'mod+alt+right' },
  { id: 'find', label: 'key.find', group: 'agent', keys: 'mod+f' },
  { id: 'focus.terminal', label: 'key.focus-terminal', group: 'agent', keys: 'i' },
  { id: 'leave.terminal', label: 'key.leave-terminal', group: 'agent', keys: 'mod+.', inTerminal: true },
  { id: 'take', label: 'key.take', group: 'agent', keys: 't' },
  { id: 'wake', label: 'key.wake', group: 'agent', keys: 'w' },
  { id: 'hibernate', label: 'key.hibernate', group: 'agent', keys: 'h' },
  { id: 'favourite', label: 'key.favourite', group: 'agent', keys: 'f' },
  { id: 'play', label: 'key.play', group: 'recording', keys: 'space', hidden: true },
] as const satisfies readonly Command[]

export type CommandId = (typeof COMMANDS)[number]['id']
export const commands: readonly (Command & { id: CommandId })[] = COMMANDS

/** Groups whose commands can never run at the same time, so that each may have the same keys. */
const APART: ReadonlySet<string> = new Set<CommandGroup>(['ask', 'mail'])

export const mayShareKeys = (one: Pick<Command, 'group'>, other: Pick<Command, 'group'>): boolean =>
  one.group !== other.group && APART.has(one.group) && APART.has(other.group)

/** What the user bound, by command; '' takes the keys away. */
export type Rebinding = Readonly<Record<string, string>>

export const keysOf = (id: CommandId, rebound: Rebinding): string => rebound[id] ?? commandOf(id)?.keys ?? ''

/** The keys as somebody has to press them. */
export function pressedKeys(id: CommandId, rebound: Rebinding): string {
  const keys = keysOf(id, rebound)
  return commandOf(id)?.inTerminal ? pressedInTerminal(keys) : keys
}

/** The chord to keep for the one that was pressed. */
export const keptChord = (id: CommandId, pressed: string): string =>
  commandOf(id)?.inTerminal ? (terminalChord(pressed) ?? pressed) : pressed

const commandOf = (id: CommandId) => commands.find((one) => one.id === id)
