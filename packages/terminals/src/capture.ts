// Asks tmux for everything it knows of a pane, in one line of commands, so that the answers and the output around them agree.
import { must } from '@tutti/core'
import { unescaped } from './control-parser.ts'
import type { Command } from './tmux-command.ts'

/** A pane at one moment. Lines hold SGR sequences that may run on from the line before. */
export interface Capture {
  cols: number
  rows: number
  cursor: { x: number; y: number }
  /** Where the cursor waits in the normal screen, while the alternate one is shown. */
  savedCursor: { x: number; y: number } | undefined
  region: { top: number; bottom: number }
  tabs: number[]
  flags: ReadonlySet<Flag>
  historySize: number
  title: string
  /** History, if it was asked for, and then the `rows` lines of the screen. */
  lines: string[]
  /** The same with wrapped lines joined, which tells which ones are wrapped. */
  joined: string[]
  /** The normal screen beneath the alternate one. */
  saved: string[]
  /** An escape sequence that has begun and not ended. */
  pending: Buffer
  /** Equal for two captures of a pane that did not change. */
  fingerprint: string
}

const FLAGS = [
  'alternate_on',
  'cursor_flag',
  'insert_flag',
  'keypad_flag',
  'keypad_cursor_flag',
  'origin_flag',
  'wrap_flag',
  'mouse_standard_flag',
  'mouse_button_flag',
  'mouse_all_flag',
  'mouse_sgr_flag',
  'mouse_utf8_flag',
  'pane_dead',
] as const
export type Flag = (typeof FLAGS)[number]

const NUMBERS = [
  'pane_width',
  'pane_height',
  'cursor_x',
  'cursor_y',
  'alternate_saved_x',
  'alternate_saved_y',
  'scroll_region_upper',
  'scroll_region_lower',
  'history_size',
] as const

const PARTS = 7

/**
 * The commands of one capture. `mark` is a word that a program in the pane cannot know: it frames the answers, so that a
 * screen that imitates tmux's own framing is noticed.
 */
export function captureCommands(pane: string, historyLines: number, mark: string): Command[] {
  const state = [...NUMBERS, ...FLAGS, 'pane_tabs'].map((name) => `#{${name}}`).join('|')
  const lines = ['capture-pane', '-t', pane, '-p', '-e', '-N', '-S', String(-historyLines)] as const
  return [
    ['display-message', '-t', pane, '-p', `${mark}|${state}`],
    ['display-message', '-t', pane, '-p', '#{pane_title}'],
    lines,
    [...lines, '-J'],
    ['capture-pane', '-t', pane, '-p', '-e', '-N', '-a', '-q'],
    ['capture-pane', '-t', pane, '-p', '-P', '-C'],
    ['display-message', '-t', pane, '-p', mark],
  ]
}

/** Reads the answers to `captureCommands`; undefined where they do not bear the mark. */
export function readCapture(answers: readonly Buffer[][], mark: string): Capture | undefined {
  const text = (part: number): string[] => (answers[part] ?? []).map(String)
  const state = text(0).join('\n')
  if (answers.length !== PARTS || !state.startsWith(`${mark}|`) || text(PARTS - 1)[0] !== mark) {
    return undefined
  }
  const fields = state.split('|').slice(1)
  const number = (name: (typeof NUMBERS)[number]) => Number(must(fields[NUMBERS.indexOf(name)], name))
  const flags = new Set(FLAGS.filter((_, index) => fields[NUMBERS.length + index] === '1'))
  const lines = text(2)
  return {
    cols: number('pane_width'),
    rows: number('pane_height'),
    cursor: { x: number('cursor_x'), y: number('cursor_y') },
    savedCursor: savedAt(number('alternate_saved_x'), number('alternate_saved_y')),
    region: { top: number('scroll_region_upper'), bottom: number('scroll_region_lower') },
    tabs: (fields.at(-1) ?? '').split(',').filter(Boolean).map(Number),
    flags,
    historySize: number('history_size'),
    title: text(1).join(' '),
    lines,
    joined: text(3),
    saved: text(4),
    pending: unescaped(Buffer.concat(answers[5] ?? [])),
    fingerprint: [fields.join('|'), ...lines.slice(-number('pane_height'))].join('\n'),
  }
}

// tmux says 2^32 - 1 where nothing was saved.
const savedAt = (x: number, y: number) => (x < 0xffffffff && y < 0xffffffff ? { x, y } : undefined)
