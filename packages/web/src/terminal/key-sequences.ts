// What the keys of the key bar send (xterm's "PC-Style Function Keys").

export type BarKey = 'esc' | 'tab' | 'enter' | 'up' | 'down' | 'left' | 'right'

const PLAIN: Readonly<Record<'esc' | 'tab' | 'enter', string>> = { esc: '\u001b', tab: '\t', enter: '\r' }
const ARROWS: Readonly<Record<'up' | 'down' | 'right' | 'left', string>> = {
  up: 'A',
  down: 'B',
  right: 'C',
  left: 'D',
}

/** `application` is the terminal's cursor key mode (DECCKM). */
export function keySequence(
  key: BarKey,
  { ctrl, application }: { ctrl: boolean; application: boolean },
): string {
  if (key === 'esc' || key === 'tab' || key === 'enter') return PLAIN[key]
  const final = ARROWS[key]
  if (ctrl) return `\u001b[1;5${final}`
  return application ? `\u001bO${final}` : `\u001b[${final}`
}
