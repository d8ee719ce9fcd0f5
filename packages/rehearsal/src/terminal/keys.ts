// Turns what a terminal sends into keys: sequences may be split anywhere, and a paste must not act like typing.

export type KeyName =
  | 'enter'
  | 'newline'
  | 'tab'
  | 'backspace'
  | 'delete'
  | 'escape'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'ctrl-a'
  | 'ctrl-c'
  | 'ctrl-d'
  | 'ctrl-e'
  | 'ctrl-k'
  | 'ctrl-u'
  | 'ctrl-w'
  | 'ctrl-l'

export type Key = { is: 'text'; text: string } | { is: 'paste'; text: string } | { is: 'key'; name: KeyName }

export type KeyDecoder = {
  /** The keys that are complete with this input. */
  feed(input: string): Key[]
  /** What an unfinished sequence means when nothing followed: an escape alone is the Escape key. */
  flush(): Key[]
  /** Whether flush() is due after a short silence. */
  waits(): boolean
}

const PASTE_START = '\u001B[200~'
const PASTE_END = '\u001B[201~'
// A paste that never ends is delivered in parts of this size, so that memory stays bounded.
const LONGEST_PASTE = 1024 * 1024
const LONGEST_SEQUENCE = 256

const CONTROLS: Record<string, KeyName> = {
  '\r': 'enter',
  '\n': 'newline',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u0001': 'ctrl-a',
  '\u0003': 'ctrl-c',
  '\u0004': 'ctrl-d',
  '\u0005': 'ctrl-e',
  '\u000B': 'ctrl-k',
  '\u000C': 'ctrl-l',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
}
const FINALS: Record<string, KeyName> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  '1~': 'home',
  '3~': 'delete',
  '4~': 'end',
  '7~': 'home',
  '8~': 'end',
}

// CSI, SS3, the string sequences up to their terminator, or Alt with a character (ECMA-48, xterm).
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- control characters are what a terminal sends
  /^\u001B(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[\]P^_X][^\u0007\u001B]*(?:\u0007|\u001B\\)|[^[OP\]^_X])/u
const TEXT = /^[^\p{Cc}]+/u

/** A decoder for one terminal. */
export function createKeyDecoder(): KeyDecoder {
  let rest = ''
  let pasted: string | undefined

  function step(): Key[] | undefined {
    if (rest === '') return undefined
    if (pasted !== undefined) return paste()
    if (rest.startsWith(PASTE_START)) {
      rest = rest.slice(PASTE_START.length)
      pasted = ''
      return []
    }
    const text = TEXT.exec(rest)?.[0]
    if (text !== undefined) return took(text, [{ is: 'text', text }])
    const [first = ''] = rest
    if (first !== '\u001B') return took(first, keyNamed(CONTROLS[first]))
    const sequence = SEQUENCE.exec(rest)?.[0]
    if (sequence !== undefined) return took(sequence, escaped(sequence))
    // Nothing real is this long: it is noise, and its escape is dropped.
    return rest.length > LONGEST_SEQUENCE ? took(first, []) : undefined
  }

  function paste(): Key[] | undefined {
    const end = rest.indexOf(PASTE_END)
    // The end may be split over two inputs, so the last few characters wait.
    const upTo = end < 0 ? Math.max(0, rest.length - PASTE_END.length + 1) : end
    pasted += rest.slice(0, upTo)
    rest = rest.slice(upTo)
    if (end >= 0) {
      const whole = pasteOf(pasted ?? '')
      pasted = undefined
      return took(PASTE_END, whole)
    }
    if ((pasted ?? '').length < LONGEST_PASTE) return undefined
    const part = pasteOf(pasted ?? '')
    pasted = ''
    return part
  }

  function took(used: string, keys: Key[]): Key[] {
    rest = rest.slice(used.length)
    return keys
  }

  return {
    feed(input) {
      rest += input
      const keys: Key[] = []
      for (let next = step(); next !== undefined; next = step()) keys.push(...next)
      return keys
    },
    flush() {
      const isEscape = pasted === undefined && rest.startsWith('\u001B')
      if (isEscape) rest = ''
      return isEscape ? keyNamed('escape') : []
    },
    waits: () => pasted === undefined && rest !== '',
  }
}

function pasteOf(text: string): Key[] {
  // Terminals send a pasted line end as a carriage return; other controls could act on the screen that shows them.
  const clean = text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '')
  return clean === '' ? [] : [{ is: 'paste', text: clean }]
}

function escaped(sequence: string): Key[] {
  if (sequence === '\u001B\r' || sequence === '\u001B\n') return keyNamed('newline')
  if (sequence === '\u001B\u001B') return keyNamed('escape')
  const final = /^.(?:\[|O)([\d;]*)([A-Za-z~])$/.exec(sequence)
  if (!final) return []
  const [, numbers = '', letter = ''] = final
  return keyNamed(FINALS[letter === '~' ? `${numbers.split(';')[0]}~` : letter])
}

function keyNamed(name: KeyName | undefined): Key[] {
  return name === undefined ? [] : [{ is: 'key', name }]
}
