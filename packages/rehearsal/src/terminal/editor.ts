// The input line as a value: a text, where the cursor stands in it, and what was sent before.
import type { Key } from './keys.ts'

/** `cursor` counts characters, not UTF-16 units. `recalled` counts back from the newest entry of `past`; 0 is the draft. */
export type Editor = { chars: string[]; cursor: number; past: string[]; recalled: number }

export const EMPTY_EDITOR: Editor = { chars: [], cursor: 0, past: [], recalled: 0 }

const KEPT_PROMPTS = 100
// A prompt longer than this is a mistake of the hand, and every redraw would lay it out again.
const LONGEST_PROMPT = 100_000

/** The text in the editor. */
export function textIn(editor: Editor): string {
  return editor.chars.join('')
}

/** An empty editor that remembers what was sent. */
export function sent(editor: Editor): Editor {
  return { ...EMPTY_EDITOR, past: [...editor.past, textIn(editor)].slice(-KEPT_PROMPTS) }
}

/** The editor after a key; keys that mean nothing here leave it as it is. */
export function edited(editor: Editor, key: Key): Editor {
  if (key.is !== 'key') return inserted(editor, key.text)
  if (key.name === 'newline') return inserted(editor, '\n')
  if (key.name === 'up' || key.name === 'down') return recalled(editor, key.name === 'up' ? 1 : -1)
  const cut = cutBy(key.name, editor)
  return cut ? removed(editor, ...cut) : { ...editor, cursor: moved(editor, key.name) }
}

function cutBy(name: string, editor: Editor): [from: number, to: number] | undefined {
  const { chars, cursor } = editor
  if (name === 'backspace') return [cursor - 1, cursor]
  if (name === 'delete' || name === 'ctrl-d') return [cursor, cursor + 1]
  if (name === 'ctrl-u') return [0, cursor]
  if (name === 'ctrl-k') return [cursor, chars.length]
  return name === 'ctrl-w' ? [wordStart(editor), cursor] : undefined
}

function moved({ chars, cursor }: Editor, name: string): number {
  if (name === 'left') return Math.max(0, cursor - 1)
  if (name === 'right') return Math.min(chars.length, cursor + 1)
  if (name === 'home' || name === 'ctrl-a') return 0
  return name === 'end' || name === 'ctrl-e' ? chars.length : cursor
}

function inserted(editor: Editor, text: string): Editor {
  const room = Math.max(0, LONGEST_PROMPT - editor.chars.length)
  const added = Array.from(text).slice(0, room)
  const chars = [...editor.chars.slice(0, editor.cursor), ...added, ...editor.chars.slice(editor.cursor)]
  return { ...editor, chars, cursor: editor.cursor + added.length }
}

function removed(editor: Editor, from: number, to: number): Editor {
  const start = Math.max(0, from)
  const chars = [...editor.chars.slice(0, start), ...editor.chars.slice(to)]
  return { ...editor, chars, cursor: start }
}

function wordStart({ chars, cursor }: Editor): number {
  const before = chars.slice(0, cursor).join('').trimEnd()
  return Array.from(before.slice(0, before.lastIndexOf(' ') + 1)).length
}

function recalled(editor: Editor, by: number): Editor {
  const back = Math.min(editor.past.length, Math.max(0, editor.recalled + by))
  const chars = back === 0 ? [] : Array.from(editor.past.at(-back) ?? '')
  return back === editor.recalled ? editor : { ...editor, chars, cursor: chars.length, recalled: back }
}
