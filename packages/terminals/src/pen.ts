// Remembers from the stream what tmux does not tell: the colours, character sets and few modes that the next byte will meet.

import type { Sgr } from './sgr.ts'
import { PLAIN, sgrAfter, sgrSequence } from './sgr.ts'

export interface Pen {
  /** Reads what the program wrote. Calls continue one another, whatever the chunks. */
  read(bytes: Uint8Array): void
  /** A sequence that brings a terminal with default colours to this state. */
  restore(): string
  /** The bytes of a UTF-8 character that has begun and not ended. */
  partial(): Uint8Array
  /** Bytes were lost: what was known of the colours holds no more. */
  forget(): void
}

const ESC = 0x1b
// A sequence that sets colours is shorter; anything longer is no business of the pen.
const SEQUENCE_BYTES = 64
// Sequences that are kept before they are added up.
const SGR_KEPT = 24
const KEPT_MODES = new Set(['1004', '2004'])

/** Colours and character sets as a program left them. */
interface Ink {
  /** What the oldest sequences add up to, and the newest as they came: adding up each would cost too much in a flood. */
  base: Sgr
  sgr: readonly string[]
  charsets: ReadonlyMap<string, string>
  shift: string
}

interface State {
  ink: Ink
  /** What ESC 8 brings back. */
  saved: Ink
  modes: Set<string>
  cursorStyle: string
}

const BLANK: Ink = { base: PLAIN, sgr: [], charsets: new Map(), shift: '' }
const NOTHING: Uint8Array = new Uint8Array()

/** The pen of a program that begins with default colours. */
export function createPen(): Pen {
  const state: State = { ink: BLANK, saved: BLANK, modes: new Set(), cursorStyle: '' }
  let begun = NOTHING
  let partial = NOTHING

  const read = (chunk: Uint8Array): void => {
    const bytes = begun.byteLength === 0 ? chunk : joined(begun, chunk)
    begun = NOTHING
    readShift(state, chunk)
    for (let at = bytes.indexOf(ESC); at !== -1;) {
      const length = readEscape(state, bytes, at)
      if (length === 0) {
        begun = bytes.slice(at)
        break
      }
      at = bytes.indexOf(ESC, at + length)
    }
    partial = begunCharacter(chunk.byteLength < 4 ? joined(partial, chunk) : chunk)
  }

  const restore = (): string =>
    [
      inkSequence(state.ink),
      ...Array.from(state.modes, (mode) => `\u001b[?${mode}h`),
      state.cursorStyle === '' ? '' : `\u001b[${state.cursorStyle}q`,
    ].join('')

  const forget = (): void => {
    state.ink = BLANK
    state.saved = BLANK
    begun = NOTHING
    partial = NOTHING
  }

  return { read, restore, partial: () => partial, forget }
}

const inkSequence = ({ base, sgr, charsets, shift }: Ink): string =>
  [
    ...Array.from(charsets, ([kind, set]) => `\u001b${kind}${set}`),
    shift,
    sgrSequence(sgr.reduce(sgrAfter, base)),
  ].join('')

/** Length of the sequence at `at`, or 0 where it does not end in these bytes. */
function readEscape(state: State, bytes: Uint8Array, at: number): number {
  const kind = bytes[at + 1]
  if (kind === undefined) return 0
  if (kind === CSI) return readCsi(state, bytes, at)
  if (kind === G0 || kind === G1) return readCharset(state, kind, bytes[at + 2])
  if (kind === SAVE) state.saved = state.ink
  if (kind === RESTORE) state.ink = state.saved
  if (kind === RESET) reset(state)
  return 2
}

const CSI = 0x5b
const G0 = 0x28
const G1 = 0x29
const SAVE = 0x37
const RESTORE = 0x38
const RESET = 0x63

function readCharset(state: State, kind: number, set: number | undefined): number {
  if (set === undefined) return 0
  const charsets = new Map(state.ink.charsets).set(String.fromCharCode(kind), String.fromCharCode(set))
  state.ink = { ...state.ink, charsets }
  return 3
}

function readCsi(state: State, bytes: Uint8Array, at: number): number {
  const end = finalByte(bytes, at + 2)
  if (end === -1) return bytes.byteLength - at > SEQUENCE_BYTES ? 2 : 0
  const body = String.fromCharCode(...bytes.subarray(at + 2, end))
  obey(state, body, String.fromCharCode(bytes[end] ?? 0))
  return end - at + 1
}

function obey(state: State, body: string, final: string): void {
  if (final === 'm' && /^[0-9;:]*$/.test(body)) readSgr(state, body)
  else if (final === 'h' && body.startsWith('?')) readModes(state, body.slice(1), true)
  else if (final === 'l' && body.startsWith('?')) readModes(state, body.slice(1), false)
  else if (final === 'q' && body.endsWith(' ')) state.cursorStyle = body
  else if (final === 'p' && body === '!') state.ink = BLANK
}

function readSgr(state: State, parameters: string): void {
  const { ink } = state
  const isReset = /^0*(;|$)/.test(parameters)
  if (isReset) state.ink = { ...ink, base: PLAIN, sgr: /^0*$/.test(parameters) ? [] : [parameters] }
  else if (ink.sgr.length < SGR_KEPT) state.ink = { ...ink, sgr: [...ink.sgr, parameters] }
  else state.ink = { ...ink, base: [...ink.sgr, parameters].reduce(sgrAfter, ink.base), sgr: [] }
}

function readModes(state: State, parameters: string, isSet: boolean): void {
  for (const mode of parameters.split(';')) {
    // 1048 and 1049 save and restore the pen with the cursor.
    if (mode === '1048' || mode === '1049') swapInk(state, isSet)
    if (!KEPT_MODES.has(mode)) continue
    if (isSet) state.modes.add(mode)
    else state.modes.delete(mode)
  }
}

function swapInk(state: State, save: boolean): void {
  if (save) state.saved = state.ink
  else state.ink = state.saved
}

function reset(state: State): void {
  state.ink = BLANK
  state.saved = BLANK
  state.modes.clear()
  state.cursorStyle = ''
}

function readShift(state: State, bytes: Uint8Array): void {
  const out = bytes.lastIndexOf(0x0e)
  const back = bytes.lastIndexOf(0x0f)
  if (out !== back) state.ink = { ...state.ink, shift: out > back ? '\u000e' : '' }
}

function finalByte(bytes: Uint8Array, from: number): number {
  const end = Math.min(bytes.byteLength, from + SEQUENCE_BYTES)
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x40 && byte <= 0x7e) return at
  }
  return -1
}

// The incomplete UTF-8 sequence at the end, if there is one.
function begunCharacter(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0
    if (byte < 0x80) return new Uint8Array()
    if (byte >= 0xc0) return characterBytes(byte) > back ? bytes.slice(-back) : new Uint8Array()
  }
  return new Uint8Array()
}

function characterBytes(lead: number): number {
  if (lead >= 0xf0) return 4
  return lead >= 0xe0 ? 3 : 2
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.byteLength + b.byteLength)
  both.set(a)
  both.set(b, a.byteLength)
  return both
}
