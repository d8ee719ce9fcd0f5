// Whether a standing answer speaks of a request: pure, and on the safe side wherever a text could mean more than it says.
import type { Answer, Ask, Choice } from './ask.ts'
import type { NewRule, Rule } from './rule.ts'
import { commandFit, pathFit, refusalFits, type Fit } from './rule-pattern.ts'

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
export const subjectOf = (ask: Pick<Ask, 'title' | 'input'>): string | null => subjectIn(ask)?.text ?? null

interface Subject {
  text: string
  /** Read by a shell; a title may be one. */
  isCommand: boolean
}

function subjectIn({ title, input }: Pick<Ask, 'title' | 'input'>): Subject | null {
  if (typeof input !== 'object' || input === null) return wholeTitle(title)
  const fields = new Map<string, unknown>(Object.entries(input))
  for (const name of SUBJECTS) {
    const value = fields.get(name)
    const isCommand = name === 'command' || name === 'cmd'
    if (typeof value === 'string') return { text: value, isCommand }
    if (isWords(value)) return { text: value.join(' '), isCommand }
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

const wholeTitle = (title: string): Subject | null =>
  title !== '' && title.length < WHOLE_TITLE ? { text: title, isCommand: true } : null

const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')

/** Whether the rule, still in force or only thought of, speaks of this request. */
export const ruleFits = (rule: NewRule, ask: Ask, asking: Asking): boolean => ruleFit(rule, ask, asking).fits

/** The same, and what held it back where the request only looks as if the rule spoke of it. */
export function ruleFit(rule: NewRule, ask: Ask, asking: Asking): Fit {
  if (ask.kind !== 'approval' || ask.questions.length !== 1 || !isMeant(rule, asking)) return UNLIKE
  if (ask.tool === null || ask.tool !== rule.tool) return UNLIKE
  if (rule.effect === 'allow' && escalates(ask.input)) return UNLIKE
  if (rule.pattern === null) return { fits: true }
  return patternFit(rule.effect, rule.pattern, subjectIn(ask))
}

function patternFit(effect: NewRule['effect'], pattern: string, subject: Subject | null): Fit {
  if (subject === null) return UNLIKE
  if (effect === 'deny') return refusalFits(pattern, subject.text) ? { fits: true } : UNLIKE
  return (subject.isCommand ? commandFit : pathFit)(pattern, subject.text)
}

const UNLIKE: Fit = { fits: false, held: null }

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
