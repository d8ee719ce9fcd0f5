// What Gemini CLI shows in its title and on its screen, version by version.
import type { DialogRules } from '../dialog/dialog.ts'
import type { RuleBook } from '../reading-rules.ts'

const LOOKED_AT = { from: '0.61.0', to: '0.61.0' }

export const TITLE_RULES: RuleBook = {
  source: 'title',
  holds: LOOKED_AT,
  rules: [
    { fits: /^✋\s/u, state: 'waiting-approval', says: 'Gemini CLI asks for an action.' },
    { fits: /^[✦⏲]\s/u, state: 'working', says: 'Gemini CLI shows that it works.' },
    { fits: /^◇\s/u, state: 'idle', says: 'Gemini CLI shows that it is ready.' },
  ],
}

export const DIALOG_RULES: DialogRules = {
  holds: LOOKED_AT,
  tool: /^\? (\S+)\s+(.*)$/u,
  helper: /^! (\S+) · /u,
  notFromAfar: /^(?:Modify with|Enter a custom value)/u,
  allowsAlways: /^(?:Allow for this session|Allow for all|Always allow|Yes, and)/iu,
  denies: /^No\b/iu,
}

const FRAME = /^\s*[▄─╭]{20,}/u
const FRAME_END = /^\s*[▀─╰]{20,}/u
const BELOW_WORDS = /^\s*[╭│╰✦✓✕ℹ⠀-⣿]/u
// With "!" in its place the words would run in a shell.
const PROMPT = /^[\s│]*[>*](?:\s(.*))?$/u
const PLACEHOLDER = /^Type your message\b/u

/** What stands in the prompt, '' where it is empty; null where there is none, such as under a dialog or in a shell's mode. */
export function promptOn(screen: string): string | null {
  const lines = screen.split('\n')
  const start = lines.findLastIndex((line, at) => PROMPT.test(line) && FRAME.test(lines[at - 1] ?? ''))
  if (start < 0) return null
  const end = lines.findIndex((line, at) => at > start && FRAME_END.test(line))
  // What was said stands in a frame like it; only the prompt has nothing below it but the line at the foot.
  if (end < 0 || lines.slice(end + 1).some((line) => BELOW_WORDS.test(line))) return null
  const [first = '', ...more] = lines.slice(start, end)
  const text = [PROMPT.exec(first)?.[1] ?? '', ...more]
    .map((line) => line.trim())
    .join('\n')
    .trim()
  return PLACEHOLDER.test(text) ? '' : text
}

/** What stands in the prompt for words that are too many to be shown. */
export const PASTED = /\[Pasted Text: /u

// Its own name above all that was said, and what follows once something was.
const HEADER = /\bGemini CLI v\d/u
const SAID = /^\s*✦\s/u
const SPOKEN = /^\s*▄{20,}/u
const RESUMING = /^\s*(?:\S\s+)?Resuming session\b/u

/**
 * Whether it has begun. Before, it draws an empty prompt with nothing above it and calls itself ready, and what is typed there is
 * kept back at best; a conversation that goes on takes the prompt away once more until it shows again what was said.
 */
export function hasBegun(screen: string, { goesOn }: { goesOn: boolean }): boolean {
  const lines = screen.split('\n')
  if (promptOn(screen) === null || lines.some((line) => RESUMING.test(line))) return false
  const isSaid = lines.some((line) => SAID.test(line)) || lines.filter((line) => SPOKEN.test(line)).length > 1
  return isSaid || (!goesOn && lines.some((line) => HEADER.test(line)))
}

const WORKING = /^\s*[⠀-⣿]\s.*\(esc to cancel\b/mu

/** Whether the line above the prompt says that it works. */
export const showsWork = (screen: string): boolean => WORKING.test(screen)
