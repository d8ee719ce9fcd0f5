// One row of the conformance kit, and the ways in which rows say what they expect.
import type { Answer, Letter, Question, Situation } from './situation.ts'
import { letterBody, member } from './situation.ts'

/** `must`: clients of the field do not work without it; `strict`: without it mail can be forged, doubled or turned to harm. */
export interface Check {
  readonly rule: string
  readonly says: string
  readonly level: 'must' | 'strict'
  /** Null where the server does it right, else one sentence of what was expected and what came. */
  readonly run: (situation: Situation) => Promise<string | null>
}

export type Expectation = (answer: Answer, situation: Situation) => string | null

interface Row {
  readonly rule: string
  readonly says: string
  readonly level?: Check['level']
  readonly request: Question | ((situation: Situation) => Question | Promise<Question>)
  readonly expect: Expectation
}

/** A check of one request and one answer. */
export const check = ({ rule, says, level = 'must', request, expect }: Row): Check => ({
  rule,
  says,
  level,
  run: async (situation) => {
    const question = typeof request === 'function' ? await request(situation) : request
    return expect(await situation.ask(question), situation)
  },
})

/** A message from alice to bob, as she would post it. */
export const letter =
  (of: Letter | ((situation: Situation) => Letter)) =>
  async (situation: Situation): Promise<Question> => {
    const { alice, bob, crypto } = situation
    const written = typeof of === 'function' ? of(situation) : of
    const body = await letterBody({ from: alice, to: bob, crypto }, written)
    return { method: 'POST', path: '/route', apiKey: alice.apiKey, body }
  }

/** A status, and members that satisfy a test: `{id: isText}`. */
export const answers =
  (
    status: number | readonly number[],
    members: Record<string, (value: unknown) => boolean> = {},
  ): Expectation =>
  (answer) => {
    if (![status].flat().includes(answer.status))
      return came(`status ${[status].flat().join(' or ')}`, answer)
    const wrong = Object.entries(members).find(([path, is]) => !is(member(answer, ...path.split('.'))))
    return wrong ? came(`a right \`${wrong[0]}\``, answer) : null
  }

/** A refusal: one of the statuses and, where given, one of the codes as the string `error` (X1). */
export const refuses =
  (status: number | readonly number[], ...codes: readonly string[]): Expectation =>
  (answer) => {
    const code = member(answer, 'error')
    if (![status].flat().includes(answer.status))
      return came(`status ${[status].flat().join(' or ')}`, answer)
    if (typeof code !== 'string') return came('`error` as a text', answer)
    return codes.length === 0 || codes.includes(code) ? null : came(`error ${codes.join(' or ')}`, answer)
  }

export const came = (wanted: string, answer: Answer): string =>
  `expected ${wanted}, got ${answer.status} ${answer.text.slice(0, 200)}`

export const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
export const isList = (value: unknown): boolean => Array.isArray(value)
export const isCount = (value: unknown): boolean => Number.isSafeInteger(value)
