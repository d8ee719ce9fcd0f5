// Cuts a script into the turns of a model: all that is said on the way to one act, which ends the turn.
import type { Act, Directive, Script } from './script.ts'

export type Utterance = Extract<Directive, { does: 'say' | 'think' | 'sleep' }>
export type Status = Extract<Directive, { does: 'status' }>

/** One answer of the model. Its statuses come first: each fails that many requests before the turn is given. */
export type Turn = { statuses: Status[]; utterances: Utterance[]; act?: Act }

/** A polite answer to a prompt that is no script. */
export const PLAIN_ANSWER =
  'This is a scripted model. Put directives such as [[say: hello]] in the prompt to direct it.'

/** What is said when the script has run out, after the result of its last act came in. */
export const LAST_ANSWER = 'Done.'

/** The turns of a script, in order. Mistakes are said aloud in one single turn, so that nobody debugs a silent script. */
export function planTurns(script: Script): Turn[] {
  if (script.mistakes.length > 0) return [spoken(`The script has a mistake: ${script.mistakes.join(' ')}`)]
  if (script.directives.length === 0) return [spoken(PLAIN_ANSWER)]
  const turns: Turn[] = []
  let open: Turn = { statuses: [], utterances: [] }
  for (const directive of script.directives) {
    if (directive.does === 'status') open.statuses.push(directive)
    else if (isUtterance(directive)) open.utterances.push(directive)
    else {
      turns.push({ ...open, act: directive })
      open = { statuses: [], utterances: [] }
    }
  }
  if (open.statuses.length + open.utterances.length > 0) turns.push(open)
  return turns
}

/** The turn to give after `done` acts; past the end of the script the model says that it is done. */
export function turnAt(turns: Turn[], done: number): Turn {
  return turns[done] ?? spoken(LAST_ANSWER)
}

function isUtterance(directive: Directive): directive is Utterance {
  return directive.does === 'say' || directive.does === 'think' || directive.does === 'sleep'
}

function spoken(text: string): Turn {
  return { statuses: [], utterances: [{ does: 'say', text }] }
}
