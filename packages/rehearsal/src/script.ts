// The language in which a prompt tells a scripted model what to do: parsed here once for the model server and the terminal agent.
import { isObject } from './json.ts'

/** One instruction. `status` makes the service fail; `sh`, `write`, `read`, `tool` and `ask` are acts that need a tool. */
export type Directive =
  | { does: 'say'; text: string }
  | { does: 'think'; text: string }
  | { does: 'sleep'; ms: number }
  | { does: 'status'; code: number; times: number; retryAfterS: number }
  | Act

/** A directive that ends a model turn, because the model then waits for what the tool returns. */
export type Act =
  | { does: 'sh'; command: string }
  | { does: 'write'; path: string; text: string }
  | { does: 'read'; path: string }
  | { does: 'tool'; name: string; input: Record<string, unknown> }
  | { does: 'ask'; question: string; choices: string[] }

/** What a prompt asks for. A mistake is a sentence about a directive that could not be understood. */
export type Script = { directives: Directive[]; mistakes: string[] }

type Fences = { open: string; close: string }
type Reading = Directive | { mistake: string }

const SQUARE: Fences = { open: '[[', close: ']]' }
// Inside the prompt of a sub-agent, which stands in a directive itself, the square fences are taken.
const CURLY: Fences = { open: '{{', close: '}}' }

const NAME = /\s*(say|think|sleep|status|sh|write|read|tool|ask)\s*:/y
const LONGEST_SLEEP_MS = 3_600_000
const MOST_CHOICES = 9

/**
 * Reads the directives of a prompt: `[[say: text]] [[think: text]] [[sh: command]] [[write: path | text]] [[read: path]]
 * [[tool: Name | {json}]] [[ask: question | a | b]] [[sleep: ms]] [[status: 529x3 | retry after s]]`. A prompt without any may
 * use `{{…}}`. Everything else in the prompt is prose and ignored; it never throws.
 */
export function parseScript(prompt: string): Script {
  const script = scan(prompt, SQUARE)
  return script.directives.length + script.mistakes.length > 0 ? script : scan(prompt, CURLY)
}

/** Writes directives as a prompt that parseScript reads back, as long as their texts are trimmed and hold no fences. */
export function formatScript(directives: Directive[]): string {
  return directives.map((directive) => `[[${directive.does}: ${argumentOf(directive)} ]]`).join(' ')
}

function scan(prompt: string, fences: Fences): Script {
  const script: Script = { directives: [], mistakes: [] }
  let at = prompt.indexOf(fences.open)
  while (at >= 0) {
    NAME.lastIndex = at + fences.open.length
    const name = NAME.exec(prompt)?.[1]
    const next = name === undefined ? at + 1 : take(script, name, { prompt, fences, from: NAME.lastIndex })
    at = prompt.indexOf(fences.open, next)
  }
  return script
}

type Place = { prompt: string; fences: Fences; from: number }

function take(script: Script, name: string, place: Place): number {
  const end = name === 'tool' ? endOfJson(place) : endOfText(place)
  if (end < 0) {
    script.mistakes.push(`"${place.fences.open}${name}:" has no closing "${place.fences.close}".`)
    return place.from
  }
  const reading = read(name, place.prompt.slice(place.from, end).trim())
  if ('mistake' in reading) script.mistakes.push(reading.mistake)
  else script.directives.push(reading)
  return end + place.fences.close.length
}

// A shell command may hold `[[ … ]]` itself; fences that never balance end at the first closing one.
function endOfText({ prompt, fences, from }: Place): number {
  const first = prompt.indexOf(fences.close, from)
  let depth = 1
  let at = from
  while (depth > 0) {
    const close = prompt.indexOf(fences.close, at)
    if (close < 0) return first
    const open = prompt.indexOf(fences.open, at)
    const opens = open >= 0 && open < close
    depth += opens ? 1 : -1
    at = (opens ? open : close) + fences.close.length
  }
  return at - fences.close.length
}

// JSON may end in the very characters of the fence (`{"a":[[1]]}`): the end is where the input first makes sense.
function endOfJson({ prompt, fences, from }: Place): number {
  const first = prompt.indexOf(fences.close, from)
  // Enough for any real input, and it bounds the work on a hostile prompt.
  let attempts = 64
  for (let at = first; at >= 0 && attempts > 0; at = prompt.indexOf(fences.close, at + 1), attempts--) {
    if ('does' in readTool(prompt.slice(from, at).trim())) return at
  }
  return first
}

function read(name: string, argument: string): Reading {
  switch (name) {
    case 'say':
    case 'think':
      return { does: name, text: argument }
    case 'sh':
      return argument === '' ? { mistake: '"sh" needs a command.' } : { does: 'sh', command: argument }
    case 'read':
      return argument === '' ? { mistake: '"read" needs a path.' } : { does: 'read', path: argument }
    case 'write':
      return readWrite(argument)
    case 'ask':
      return readAsk(argument)
    case 'sleep':
      return readSleep(argument)
    case 'status':
      return readStatus(argument)
    default:
      return readTool(argument)
  }
}

function readWrite(argument: string): Reading {
  const [path, text] = halves(argument)
  if (path === '' || text === undefined) return { mistake: '"write" needs "path | text".' }
  return { does: 'write', path, text }
}

function readAsk(argument: string): Reading {
  const [question = '', ...rest] = argument.split('|').map((part) => part.trim())
  if (question === '') return { mistake: '"ask" needs "question | choice | choice".' }
  const choices = rest.filter((choice) => choice !== '')
  if (choices.length > MOST_CHOICES) return { mistake: `"ask" takes at most ${MOST_CHOICES} choices.` }
  return { does: 'ask', question, choices }
}

function readSleep(argument: string): Reading {
  const ms = /^\d{1,7}$/.test(argument) ? Number(argument) : Number.NaN
  if (!(ms <= LONGEST_SLEEP_MS)) return { mistake: `"sleep" needs milliseconds up to ${LONGEST_SLEEP_MS}.` }
  return { does: 'sleep', ms }
}

function readStatus(argument: string): Reading {
  const match = /^([45]\d\d)(?:\s*x\s*(\d{1,4}))?(?:\s*\|\s*(\d{1,4}))?$/.exec(argument)
  if (!match) return { mistake: '"status" needs a code from 400 to 599, such as 529x3 or "429 | 20".' }
  const [, code, times = '1', retryAfterS = '1'] = match
  return { does: 'status', code: Number(code), times: Number(times), retryAfterS: Number(retryAfterS) }
}

function readTool(argument: string): Reading {
  const [name, json] = halves(argument)
  const mistake = '"tool" needs "Name | {json object}".'
  if (!/^[\w.:/-]{1,128}$/.test(name)) return { mistake }
  if (json === undefined) return { does: 'tool', name, input: {} }
  try {
    const input: unknown = JSON.parse(json)
    return isObject(input) ? { does: 'tool', name, input } : { mistake }
  } catch {
    // Not JSON is the answer asked for here, not a failure.
    return { mistake }
  }
}

function halves(argument: string): [string, string | undefined] {
  const bar = argument.indexOf('|')
  return bar < 0 ? [argument, undefined] : [argument.slice(0, bar).trim(), argument.slice(bar + 1).trim()]
}

function argumentOf(directive: Directive): string {
  switch (directive.does) {
    case 'say':
    case 'think':
      return directive.text
    case 'sh':
      return directive.command
    case 'read':
      return directive.path
    case 'write':
      return `${directive.path} | ${directive.text}`
    case 'ask':
      return [directive.question, ...directive.choices].join(' | ')
    case 'sleep':
      return String(directive.ms)
    case 'status':
      return `${directive.code}x${directive.times} | ${directive.retryAfterS}`
    case 'tool':
    default:
      return `${directive.name} | ${JSON.stringify(directive.input)}`
  }
}
