// The two pens: a canvas on the screen, and an SVG file to keep.
import type { Pen } from './draw.ts'

export function canvasPen(c: CanvasRenderingContext2D, font: string): Pen {
  return {
    box({ x, y, w, h }, { fill, line, strong }) {
      c.fillStyle = fill
      c.fillRect(x, y, w, h)
      c.strokeStyle = line
      c.lineWidth = strong ? 3 : 1
      if (strong || Math.min(w, h) > 8) c.strokeRect(x, y, w, h)
    },
    text(text, { x, y, size, width, ink }) {
      c.fillStyle = ink
      c.font = `${size}px ${font}`
      const fits = Math.floor(width / (size * 0.55))
      if (fits > 2) c.fillText(text.length > fits ? `${text.slice(0, fits - 1)}…` : text, x, y)
    },
    curve(from, to, { ink, width }) {
      c.strokeStyle = ink
      c.globalAlpha = 0.35
      c.lineWidth = width
      c.beginPath()
      c.moveTo(from.x, from.y)
      c.quadraticCurveTo(
        (from.x + to.x) / 2 + (to.y - from.y) * 0.12,
        (from.y + to.y) / 2 - (to.x - from.x) * 0.12,
        to.x,
        to.y,
      )
      c.stroke()
      c.globalAlpha = 1
    },
    mark({ x, y }, { fill, text }) {
      c.fillStyle = fill
      c.beginPath()
      c.arc(x, y, 6, 0, Math.PI * 2)
      c.fill()
      c.font = `11px ${font}`
      c.fillText(text, x + 8, y + 4)
    },
  }
}

/** Collects the same drawing as SVG; `end` gives the file. */
export function svgPen(size: { w: number; h: number }): Pen & { end(): string } {
  const parts: string[] = []
  const n = (value: number) => value.toFixed(1)
  return {
    box({ x, y, w, h }, { fill, line, strong }) {
      parts.push(
        `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${quoted(fill)}" stroke="${quoted(line)}" stroke-width="${strong ? 3 : 1}"/>`,
      )
    },
    text(text, { x, y, size: height, width, ink }) {
      const fits = Math.floor(width / (height * 0.55))
      if (fits > 2)
        parts.push(
          `<text x="${n(x)}" y="${n(y)}" font-size="${n(height)}" fill="${quoted(ink)}">${quoted(text.slice(0, fits))}</text>`,
        )
    },
    curve(from, to, { ink, width }) {
      parts.push(
        `<path d="M${n(from.x)} ${n(from.y)}Q${n((from.x + to.x) / 2 + (to.y - from.y) * 0.12)} ${n((from.y + to.y) / 2 - (to.x - from.x) * 0.12)} ${n(to.x)} ${n(to.y)}" fill="none" stroke="${quoted(ink)}" stroke-opacity="0.35" stroke-width="${n(width)}"/>`,
      )
    },
    mark({ x, y }, { fill, text }) {
      parts.push(
        `<circle cx="${n(x)}" cy="${n(y)}" r="6" fill="${quoted(fill)}"/><text x="${n(x + 8)}" y="${n(y + 4)}" font-size="11">${quoted(text)}</text>`,
      )
    },
    end: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size.w}" height="${size.h}" font-family="sans-serif">${parts.join('')}</svg>`,
  }
}

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Names of files are anybody's: nothing in them is markup, and what no XML may hold is left out. */
const quoted = (text: string): string =>
  text.replaceAll(/[\p{Cc}]/gu, ' ').replaceAll(/[&<>"]/g, (one) => NAMED[one] ?? one)
