// Whether a standing answer speaks of a request: pure, and on the safe side wherever a text could mean more than it says.
import type { Answer, Ask, Choice } from './ask.ts'
import type { NewRule, Rule } from './rule.ts'

/** What a rule may look at of the agent that asks. */
export interface Asking {
  agentId: string
  /** Its working folder. */
  folder: string
}

// Where tools keep what they act on, in order of preference.
const SUBJECTS = [
  'command',
  'cmd',
  'file_path',
  'filePath',
  'absolute_path',
  'notebook_path',
  'path',
  'url',
] as const
// Fields by which a program asks for more than the tool itself: a person decides on those, whatever a rule says.
const ESCALATIONS = [
  'dangerouslyDisableSandbox',
  'with_escalated_permissions',
  'sandbox_permissions',
] as const
// What a kit cuts is marked nowhere in a text, so a text this long may have been cut.
const WHOLE_TITLE = 1900

/** The text that a pattern is compared with; null where nothing certain can be said of the request. */
export function subjectOf(ask: Pick<Ask, 'title' | 'input'>): string | null {
  const { input } = ask
  if (typeof input !== 'object' || input === null) return wholeTitle(ask.title)
  const fields = new Map<string, unknown>(Object.entries(input))
  for (const name of SUBJECTS) {
    const value = fields.get(name)
    if (typeof value === 'string') return value
    if (isWords(value)) return value.join(' ')
  }
  // A title is what a kit makes of an input, and may be its first line only.
  return null
}

/** What stands for an input that was too long to keep: its beginning. */
export interface CutInput {
  cut: string
}

/** Whether only the beginning is left: two that look alike then need not be alike. */
export const isCut = (input: unknown): input is CutInput =>
  typeof input === 'object' && input !== null && 'cut' in input

const wholeTitle = (title: string): string | null =>
  title !== '' && title.length < WHOLE_TITLE ? title : null

const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')

/** Whether the rule, still in force or only thought of, speaks of this request. */
export function ruleFits(rule: NewRule, ask: Ask, asking: Asking): boolean {
  if (ask.kind !== 'approval' || ask.questions.length !== 1 || !isMeant(rule, asking)) return false
  if (ask.tool === null || ask.tool !== rule.tool) return false
  if (rule.effect === 'allow' && escalates(ask.input)) return false
  if (rule.pattern === null) return true
  const subject = subjectOf(ask)
  return subject !== null && patternFits(rule.pattern, subject)
}

const isMeant = ({ agentId, folder }: NewRule, asking: Asking): boolean =>
  (agentId === null || agentId === asking.agentId) && (folder === null || isBelow(asking.folder, folder))

const isBelow = (folder: string, root: string): boolean => {
  const base = root.length > 1 && root.endsWith('/') ? root.slice(0, -1) : root
  return folder === base || folder.startsWith(base === '/' ? base : `${base}/`)
}

function escalates(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false
  const fields = new Map<string, unknown>(Object.entries(input))
  return ESCALATIONS.some((name) => Boolean(fields.get(name)))
}

// What `*` may stand for: nothing that ends a command, begins another, or hides what it is.
const WILD = /^[^;&|<>$(){}`'"\\\p{Cc}\u2028\u2029]*$/u

/** Whether the text is the pattern, where each `*` stands for harmless text. Without `*` it must be equal. */
export function patternFits(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split('*')
  if (parts.length === 0) return text === pattern
  if (!text.startsWith(head)) return false
  const wilds: string[] = []
  let at = head.length
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    const found = isLast ? text.length - part.length : text.indexOf(part, at)
    if (found < at || !text.startsWith(part, found)) return false
    wilds.push(text.slice(at, found))
    at = found + part.length
  }
  return wilds.every((wild) => WILD.test(wild)) && !(climbs(text) && !climbs(pattern))
}

// `..` as a step of a path would lead out of the folder that the pattern names.
const climbs = (text: string): boolean => /(?:^|[/\s=:])\.\.(?:$|[/\s])/.test(text)

/** Whether a rule is in force. */
export const isInForce = (rule: Pick<Rule, 'revokedAt' | 'expiresAt'>, now: number): boolean =>
  rule.revokedAt === null && (rule.expiresAt === null || rule.expiresAt > now)

export interface Ruling<R> {
  rule: R
  answer: Answer
}

/** The rule that answers the request, and its answer; a refusal goes before a permission, an older rule before a newer. */
export function rulingOn<R extends Rule>(
  rules: readonly R[],
  ask: Ask,
  { now, ...asking }: Asking & { now: number },
): Ruling<R> | null {
  const fitting = rules
    .filter((rule) => isInForce(rule, now) && ruleFits(rule, ask, asking))
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  const denial = fitting.find((rule) => rule.effect === 'deny')
  if (denial) return { rule: denial, answer: { kind: 'deny', reason: denial.reason } }
  const [permission] = fitting
  const choice = allowing(ask)
  return permission && choice
    ? { rule: permission, answer: { kind: 'choose', choices: [[choice.key]] } }
    : null
}

/** The choice that lets a request happen once. */
export const allowing = (ask: Pick<Ask, 'questions'>): Choice | undefined =>
  ask.questions[0]?.choices.find((choice) => choice.effect === 'allow')

/** What an answer to an approval comes to. */
export function verdictOf(ask: Pick<Ask, 'questions'>, answer: Answer | null): 'allow' | 'deny' | null {
  if (answer === null || answer.kind === 'words') return null
  if (answer.kind === 'deny') return 'deny'
  const key = answer.choices[0]?.[0]
  const effect = ask.questions[0]?.choices.find((choice) => choice.key === key)?.effect
  if (effect === 'allow' || effect === 'allow-always') return 'allow'
  return effect === 'deny' ? 'deny' : null
}
