// Finds the dialog on a screen: what is asked and its numbered options. Only what is seen may be answered by a key.
import type { Question } from '@tutti/core'
import { clipped } from '../foreign.ts'
import { visible } from '../reading-rules.ts'
import { isWithin } from '../version.ts'

/** How a program draws its dialogs: data, and for which versions somebody has looked. */
export interface DialogRules {
  readonly holds: { readonly from: string; readonly to: string }
  /** A line with the tool that wants to run; its first group is the name, its second what it is about. */
  readonly tool: RegExp
  /** A line that names the sub-agent which asks; its first group is the name. */
  readonly helper: RegExp | null
  /** Options that only the terminal can answer, such as one that opens an editor. */
  readonly notFromAfar: RegExp
  readonly allowsAlways: RegExp
  readonly denies: RegExp
}

export interface Dialog {
  kind: 'approval' | 'question'
  /** The line above the options. */
  text: string
  tool: string | null
  about: string
  /** The sub-agent that asks; null for the agent itself. */
  helper: string | null
  options: readonly Option[]
  /** The same dialog has the same one, whichever option is marked. */
  mark: string
}

export interface Option {
  key: string
  label: string
}

// Borders and the mark of the chosen line.
const FRAME = /^[\s│┃|╭╰─]+|[\s│┃|╮╯─█]+$/gu
const OPTION = /^(?:[●›❯>]\s*)?([1-9])\.\s+(\S.*)$/u

/** The lowest dialog on the screen; null where there is none, or no rule holds for the version. */
export function dialogOn(screen: string, rules: DialogRules, version: string | null): Dialog | null {
  if (!isWithin(version, rules.holds)) return null
  const lines = visibleLines(screen)
  const start = lines.findLastIndex((line) => OPTION.exec(line)?.[1] === '1')
  const text = start < 0 ? undefined : lines.slice(0, start).findLast((line) => line !== '')
  const options = optionsFrom(lines.slice(Math.max(0, start)))
  if (text === undefined || options.length < 2) return null
  const above = lines.slice(0, start)
  const [, tool = null, about = ''] = lowest(above, rules.tool) ?? []
  const helper = rules.helper === null ? null : (lowest(above, rules.helper)?.[1] ?? null)
  const kind = options.some(({ label }) => rules.denies.test(label)) ? 'approval' : 'question'
  const labels = options.map(({ key, label }) => `${key} ${label}`)
  return { kind, text, tool, about, helper, options, mark: [text, about, ...labels].join('\n') }
}

const lowest = (lines: readonly string[], pattern: RegExp): RegExpExecArray | null =>
  lines.reduceRight<RegExpExecArray | null>((found, line) => found ?? pattern.exec(line), null)

/** A dialog as a question of Tutti; options that only the terminal can answer are left out. */
export function questionOf({ kind, text, options }: Dialog, rules: DialogRules): Question {
  const offered = options.filter(({ label }) => !rules.notFromAfar.test(label))
  return {
    text: clipped(text, 10_000),
    header: '',
    multiple: false,
    words: false,
    choices: offered.slice(0, 50).map(({ key, label }) => ({
      key,
      label: clipped(label, 1000),
      effect: kind === 'question' ? 'answer' : effectOf(label, rules),
      description: '',
    })),
  }
}

function effectOf(label: string, rules: DialogRules): 'allow' | 'allow-always' | 'deny' {
  if (rules.denies.test(label)) return 'deny'
  return rules.allowsAlways.test(label) ? 'allow-always' : 'allow'
}

function visibleLines(screen: string): string[] {
  return screen.split('\n').map((line) => visible(line).replaceAll(FRAME, ''))
}

function optionsFrom(lines: readonly string[]): Option[] {
  const options: Option[] = []
  for (const line of lines) {
    const [, key = '', label = ''] = OPTION.exec(line) ?? []
    if (key === '') continue
    // A list counts from one without a gap; anything else is text that looks like it.
    if (Number(key) !== options.length + 1) break
    options.push({ key, label })
  }
  return options
}
