// Text with SGR sequences as spans of one look each; every other control is left out, so foreign text stays text.

export interface Span {
  text: string
  /** Colour 0 to 255 of the palette, or #rrggbb. */
  fg?: number | string
  bg?: number | string
  bold?: true
  dim?: true
  italic?: true
  underline?: true
  inverse?: true
}

/** The lines without the empty ones at the end, which would push what an agent said last out of a small picture. */
export function withoutEmptyEnd(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) =>
    sgrSpans(line).some((span) => span.text.trim() !== '' || span.bg !== undefined),
  )
  return lines.slice(0, last + 1)
}

type Look = Omit<Span, 'text'>

// CSI … m is read; any other CSI, OSC, DCS or two-character escape is skipped whole, and single controls too.
const TOKEN =
  // oxlint-disable-next-line no-control-regex
  /\u001b\[([0-9;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][\s\S]*?(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]?|[\u0000-\u001f\u007f-\u009f]/g

/** The spans of one line. Neighbours that look the same are one span; joined, the texts are the visible line. */
export function sgrSpans(line: string): Span[] {
  const spans: Span[] = []
  let look: Look = {}
  let from = 0
  const push = (text: string) => {
    if (text === '') return
    const last = spans.at(-1)
    if (last && sameLook(last, look)) last.text += text
    else spans.push({ ...look, text })
  }
  for (const match of line.matchAll(TOKEN)) {
    push(line.slice(from, match.index))
    from = match.index + match[0].length
    if (match[1] !== undefined) look = styled(look, match[1])
  }
  push(line.slice(from))
  return spans
}

const KEYS = ['fg', 'bg', 'bold', 'dim', 'italic', 'underline', 'inverse'] as const
const sameLook = (a: Look, b: Look) => KEYS.every((key) => a[key] === b[key])

function styled(look: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map((text) => Number(text || 0))
  let next = look
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const colour = extended(codes.slice(at + 1))
      at += colour.used
      next = coloured(next, code === 38 ? 'fg' : 'bg', colour.value)
    } else next = simple(next, code)
  }
  return next
}

const coloured = (look: Look, part: 'fg' | 'bg', value: number | string | null): Look =>
  value === null ? look : { ...look, [part]: value }

function extended(codes: readonly number[]): { value: number | string | null; used: number } {
  const [kind, a = 0, b = 0, c = 0] = codes
  if (kind === 5) return { value: a <= 255 ? a : null, used: 2 }
  if (kind !== 2) return { value: null, used: codes.length }
  const valid = [a, b, c].every((one) => one <= 255)
  return { value: valid ? `#${[a, b, c].map(hex).join('')}` : null, used: 4 }
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0')

const ON: Readonly<Record<number, Look>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
}
const OFF: Readonly<Record<number, readonly (keyof Look)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  39: ['fg'],
  49: ['bg'],
}

function simple(look: Look, code: number): Look {
  if (code === 0) return {}
  const on = ON[code]
  if (on) return { ...look, ...on }
  const off = OFF[code]
  if (off) return without(look, off)
  if (code >= 30 && code <= 37) return { ...look, fg: code - 30 }
  if (code >= 90 && code <= 97) return { ...look, fg: code - 82 }
  if (code >= 40 && code <= 47) return { ...look, bg: code - 40 }
  if (code >= 100 && code <= 107) return { ...look, bg: code - 92 }
  return look
}

function without(look: Look, keys: readonly (keyof Look)[]): Look {
  const next = { ...look }
  for (const key of keys) delete next[key]
  return next
}

const CUBE = [0, 95, 135, 175, 215, 255]

/** A colour as CSS: the first sixteen are tokens of the theme, the others the fixed cube and greys of xterm. */
export function cssColour(colour: number | string): string {
  if (typeof colour === 'string') return colour
  if (colour < 16) return `var(--ansi-${colour})`
  if (colour >= 232)
    return `rgb(${Array(3)
      .fill(8 + (colour - 232) * 10)
      .join(' ')})`
  const at = colour - 16
  const parts = [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6]
  return `rgb(${parts.map((part) => CUBE[part]).join(' ')})`
}
