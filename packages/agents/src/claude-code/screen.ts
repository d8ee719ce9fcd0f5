// What Claude Code shows on its screen, read by rules that are data. Used only where nothing better speaks, and only for proved versions.
import type { Choice } from '@tutti/core'
import { clipped } from '../foreign.ts'

/** The rules, as proved with the versions of the kit. */
const RULES = {
  /**
   * The line above the prompt while a refused request is tried again. It begins in the first column, where nothing that an
   * agent writes ever begins.
   */
  retry: /^[✻✽✶✳✢·*∗]\s+(\S.*\bretrying in .*\battempt \d+\/\d+.*)$/u,
  /** The line above and below the prompt. */
  frame: /^─{20,}/u,
  prompt: /^❯(?:\s(.*))?$/u,
  /** What an empty prompt shows as a suggestion. */
  suggestion: /^Try "/u,
  option: /^\s*(?:❯\s*)?(\d)\.\s+(\S.*?)\s*$/u,
  /** The last line of a dialog before the first prompt. */
  openingEnd: /^\s*Enter to confirm · Esc to cancel\s*$/u,
  dialogEnd: /^\s*(?:Esc to cancel|Enter to select)\b/u,
} as const

const EFFECTS: readonly (readonly [RegExp, Choice['effect']])[] = [
  [/^Yes, and /u, 'allow-always'],
  [/^Yes\b/u, 'allow'],
  [/^No\b/u, 'deny'],
]

/** What the line of a retry says; null where there is none right above the prompt. */
export function retryOn(screen: string): string | null {
  const box = boxOn(screen)
  if (!box) return null
  const last = box.above.filter((line) => line.trim() !== '').slice(-STATUS_LINES)
  const words = last.map((line) => RULES.retry.exec(line)?.[1]).findLast((found) => found !== undefined)
  return words === undefined ? null : clipped(words.trim(), 500)
}

/** What stands in the prompt, '' where it is empty; null where there is no prompt, such as under a dialog. */
export function promptOn(screen: string): string | null {
  const box = boxOn(screen)
  if (!box) return null
  const text = box.lines
    .map((line) => line.replace(/^❯/u, '').trim())
    .join('\n')
    .trim()
  return RULES.suggestion.test(text) ? '' : text
}

/** The numbered options of the dialog on the screen; null where there is none. */
export function dialogOn(screen: string): Choice[] | null {
  const options = (dialogLines(screen) ?? []).flatMap(optionIn)
  const isNumbered = options.length > 0 && options.every(({ key }, index) => key === String(index + 1))
  return isNumbered ? options : null
}

/** All that the dialog on the screen shows, its request too; '' where there is none. */
export const dialogTextOn = (screen: string): string => (dialogLines(screen) ?? []).join('\n')

function dialogLines(screen: string): string[] | null {
  const lines = screen.trimEnd().split('\n')
  const end = lines.findLastIndex((line) => RULES.dialogEnd.test(line))
  const start = lines.findLastIndex(
    (line, index) => index < end && RULES.frame.test(line) && !isLowerFrame(lines, index),
  )
  if (end < 0 || start < 0 || lines.length - end > FOOTER_LINES) return null
  return lines.slice(start, end)
}

/** What the program asks before its first prompt: the first line of it; null where it asks nothing. */
export function openingOn(screen: string): string | null {
  const lines = screen.split('\n').filter((line) => line.trim() !== '')
  if (!RULES.openingEnd.test(lines.at(-1) ?? '')) return null
  const start = lines.findLastIndex((line) => RULES.frame.test(line))
  return clipped((lines[start + 1] ?? '').trim(), 200)
}

// Between the line of a retry and the prompt there may be one with hints.
const STATUS_LINES = 3
// Below a dialog is one line of keys, and nothing but air.
const FOOTER_LINES = 3

// Within the picker of questions a second frame parts the choices from "Chat about this".
const isLowerFrame = (lines: readonly string[], index: number): boolean =>
  RULES.option.test(lines[index + 1] ?? '') && lines.slice(0, index).some((line) => RULES.option.test(line))

function optionIn(line: string): Choice[] {
  const [, key, label] = RULES.option.exec(line) ?? []
  if (key === undefined || label === undefined) return []
  const effect = EFFECTS.find(([pattern]) => pattern.test(label))?.[1] ?? 'answer'
  return [{ key, label: clipped(label, 1000), effect, description: '' }]
}

function boxOn(screen: string): { above: string[]; lines: string[] } | null {
  const lines = screen.trimEnd().split('\n')
  const bottom = lines.findLastIndex((line) => RULES.frame.test(line))
  const top = lines.findLastIndex((line, index) => index < bottom && RULES.frame.test(line))
  const inside = lines.slice(top + 1, bottom)
  if (top < 0 || !RULES.prompt.test(inside[0]?.trimEnd() ?? '')) return null
  return { above: lines.slice(0, top), lines: inside }
}
