// Puts a picture of text into the page, touching only the lines that changed: fifty tiles move ten times a second.
import { cssColour, sgrSpans, type Span } from './sgr.ts'

/** Paints into the element; `before` are the lines that it shows now. */
export function paintLines(element: HTMLElement, lines: readonly string[], before: readonly string[]): void {
  while (element.children.length > lines.length) element.lastElementChild?.remove()
  lines.forEach((line, index) => {
    const row = element.children[index] ?? element.appendChild(document.createElement('div'))
    if (line === before[index] && row.hasChildNodes()) return
    row.replaceChildren(...spansOf(line))
  })
}

// Text nodes only: whatever a program prints, it is never read as markup.
const spansOf = (line: string): Node[] => {
  const spans = sgrSpans(line)
  return spans.length === 0 ? [document.createTextNode(' ')] : spans.map(nodeOf)
}

function nodeOf(span: Span): Node {
  const { text, ...look } = span
  if (Object.keys(look).length === 0) return document.createTextNode(text)
  const element = document.createElement('span')
  element.textContent = text
  paintColours(element.style, look)
  if (look.bold) element.style.fontWeight = '700'
  if (look.dim) element.style.opacity = '0.7'
  if (look.italic) element.style.fontStyle = 'italic'
  if (look.underline) element.style.textDecoration = 'underline'
  return element
}

function paintColours(style: CSSStyleDeclaration, { fg, bg, inverse }: Omit<Span, 'text'>): void {
  const ink = fg === undefined ? 'var(--term-ink)' : cssColour(fg)
  const back = bg === undefined ? 'var(--term-back)' : cssColour(bg)
  if (inverse) {
    style.color = back
    style.backgroundColor = ink
    return
  }
  if (fg !== undefined) style.color = bg === undefined ? readable(ink) : ink
  if (bg !== undefined) style.backgroundColor = back
}

/** A program chose its colour for a dark screen: it keeps its hue and gets lightness that can be read on ours. */
const readable = (ink: string) =>
  `light-dark(oklch(from ${ink} min(l, ${DARKEST_ON_LIGHT}) c h), oklch(from ${ink} max(l, ${LIGHTEST_ON_DARK}) c h))`

// From here on grey has a contrast of 4.5 to 1 with the ground of the terminal.
const DARKEST_ON_LIGHT = 0.54
const LIGHTEST_ON_DARK = 0.62
