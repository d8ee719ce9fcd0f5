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
  const fg = look.fg === undefined ? 'var(--term-ink)' : cssColour(look.fg)
  const bg = look.bg === undefined ? 'var(--term-back)' : cssColour(look.bg)
  const { style } = element
  if (look.fg !== undefined || look.inverse) style.color = look.inverse ? bg : fg
  if (look.bg !== undefined || look.inverse) style.backgroundColor = look.inverse ? fg : bg
  if (look.bold) style.fontWeight = '700'
  if (look.dim) style.opacity = '0.7'
  if (look.italic) style.fontStyle = 'italic'
  if (look.underline) style.textDecoration = 'underline'
  return element
}
