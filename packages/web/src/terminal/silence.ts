// Keeps a viewer's terminal from answering by itself: tmux answers, once, whoever watches and however many there are.
import type { IParser } from '@xterm/xterm'

type Id = Parameters<IParser['registerCsiHandler']>[0]

// Sequences that ask the terminal something (xterm's "ctlseqs" and VT510 manuals). Handled here means: not by xterm.
const QUESTIONS: readonly Id[] = [
  { final: 'c' }, // DA1
  { prefix: '>', final: 'c' }, // DA2
  { prefix: '=', final: 'c' }, // DA3
  { final: 'n' }, // DSR, CPR
  { prefix: '?', final: 'n' }, // DECDSR, DECXCPR
  { intermediates: '$', final: 'p' }, // DECRQM of ANSI modes
  { prefix: '?', intermediates: '$', final: 'p' }, // DECRQM of private modes
  { prefix: '>', final: 'q' }, // XTVERSION
  { final: 't' }, // window and title reports
  { final: 'x' }, // DECREQTPARM
  { prefix: '?', final: 'u' }, // kitty keyboard flags
  { prefix: '?', final: 'S' }, // graphics attributes
  { intermediates: '*', final: 'y' }, // DECRQCRA
]
const DCS_QUESTIONS: readonly Id[] = [
  { intermediates: '$', final: 'q' }, // DECRQSS
  { intermediates: '+', final: 'q' }, // XTGETTCAP
]
const COLOUR_OSCS = [4, 5, 10, 11, 12, 13, 14, 17, 19]

export function silenceReplies(parser: IParser): void {
  for (const id of QUESTIONS) parser.registerCsiHandler(id, () => true)
  for (const id of DCS_QUESTIONS) parser.registerDcsHandler(id, () => true)
  // Setting a colour is the program's right; asking for one is answered by tmux.
  for (const id of COLOUR_OSCS) parser.registerOscHandler(id, asksForColour)
}

/** `10;?` and `4;1;?` ask; `10;#fff` sets. */
export const asksForColour = (data: string): boolean => data.split(';').includes('?')

const MOST_COPIED = 1_000_000

/** What a program wants in the clipboard by OSC 52; null for a question about it, which is never answered. */
export function clipboardRequest(data: string): string | null {
  const payload = data.slice(data.indexOf(';') + 1)
  if (payload === '?' || payload === '' || payload.length > MOST_COPIED) return null
  try {
    const bytes = Uint8Array.from(atob(payload), (character) => character.codePointAt(0) ?? 0)
    return new TextDecoder().decode(bytes)
  } catch {
    return null // not base64: nothing to copy
  }
}
