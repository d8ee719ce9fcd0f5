// Adds up colour sequences (SGR, ECMA-48 8.3.117 and xterm's extensions), so that many become one that means the same.

/** Colours and attributes; the texts are parameters as they were given. */
export interface Sgr {
  fg: string
  bg: string
  underline: string
  attributes: ReadonlySet<string>
}

export const PLAIN: Sgr = { fg: '', bg: '', underline: '', attributes: new Set() }

/** The colours after the parameters of one more sequence, such as `0;1;38;5;208`. */
export function sgrAfter(before: Sgr, parameters: string): Sgr {
  let sgr = before
  const codes = parameters.split(';')
  for (let at = 0; at < codes.length;) {
    const length = EXTENDED.has(codes[at] ?? '') ? extendedLength(codes[at + 1]) : 1
    sgr = withCode(sgr, codes.slice(at, at + length).join(';'))
    at += length
  }
  return sgr
}

/** The sequence that brings plain text to these colours; empty for plain ones. */
export function sgrSequence({ fg, bg, underline, attributes }: Sgr): string {
  const codes = [...attributes, fg, bg, underline].filter(Boolean)
  return codes.length === 0 ? '' : `\u001b[${codes.join(';')}m`
}

const EXTENDED = new Set(['38', '48', '58'])

const extendedLength = (kind: string | undefined): number => {
  if (kind === '5') return 3
  return kind === '2' ? 5 : 1
}

// What each code for "not" takes away.
const OFF: Readonly<Record<number, RegExp>> = {
  22: /^[12]$/,
  23: /^3$/,
  24: /^(4(:\d+)?|21)$/,
  25: /^[56]$/,
  27: /^7$/,
  28: /^8$/,
  29: /^9$/,
  55: /^53$/,
}

function withCode(sgr: Sgr, code: string): Sgr {
  const number = Number.parseInt(code === '' ? '0' : code, 10)
  if (number === 0) return PLAIN
  if (isColour(number, 30)) return { ...sgr, fg: number === 39 ? '' : code }
  if (isColour(number, 40)) return { ...sgr, bg: number === 49 ? '' : code }
  if (number === 58 || number === 59) return { ...sgr, underline: number === 59 ? '' : code }
  const off = OFF[number]
  if (code === '4:0') return without(sgr, /^(4(:\d+)?|21)$/)
  return off ? without(sgr, off) : { ...sgr, attributes: new Set(sgr.attributes).add(code) }
}

const isColour = (number: number, base: number): boolean =>
  (number >= base && number <= base + 9) || (number >= base + 60 && number <= base + 67)

const without = (sgr: Sgr, off: RegExp): Sgr => ({
  ...sgr,
  attributes: new Set(Array.from(sgr.attributes).filter((code) => !off.test(code))),
})
