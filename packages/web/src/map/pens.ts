// The two pens: a canvas on the screen, and an SVG file to keep.
import type { Rect } from './camera.ts'
import { at } from './numbers.ts'

export interface TextLook {
  size: number
  ink: string
  /** Drawn around the letters, where they lie on something. */
  halo?: string
  bold?: boolean
  centred?: boolean
}

/** What the map is drawn with. In pixels. */
export interface Pen {
  box(rect: Rect, fill: string, round: number): void
  frame(rect: Rect, ink: string, width: number): void
  text(text: string, at: { x: number; y: number }, look: TextLook): void
  /** A smooth line near all points, from the first to the last: x, y, x, y… */
  curve(points: readonly number[], ink: string, look: { width: number; alpha: number }): void
}

export interface CountingPen extends Pen {
  /** Calls since it was made. */
  calls(): number
}

export function canvasPen(c: CanvasRenderingContext2D, font: string): CountingPen {
  let calls = 0
  let lastFont = ''
  const fontOf = ({ size, bold }: TextLook) => {
    const wanted = `${bold ? '600 ' : ''}${size}px ${font}`
    if (wanted !== lastFont) c.font = lastFont = wanted
  }
  c.lineJoin = 'round'
  c.lineCap = 'round'
  return {
    calls: () => calls,
    box({ x, y, w, h }, fill, round) {
      calls += 1
      c.fillStyle = fill
      if (round < 1) {
        c.fillRect(x, y, w, h)
        return
      }
      c.beginPath()
      c.roundRect(x, y, w, h, round)
      c.fill()
    },
    frame({ x, y, w, h }, ink, width) {
      calls += 1
      c.strokeStyle = ink
      c.lineWidth = width
      c.beginPath()
      c.roundRect(x, y, w, h, Math.min(4, w / 8, h / 8))
      c.stroke()
    },
    text(text, { x, y }, look) {
      calls += 1
      fontOf(look)
      c.textAlign = look.centred ? 'center' : 'left'
      if (look.halo !== undefined) {
        c.strokeStyle = look.halo
        c.lineWidth = 4
        c.strokeText(text, x, y)
      }
      c.fillStyle = look.ink
      c.fillText(text, x, y)
    },
    curve(points, ink, { width, alpha }) {
      calls += 1
      c.strokeStyle = ink
      c.globalAlpha = alpha
      c.lineWidth = width
      c.beginPath()
      c.moveTo(points[0] ?? 0, points[1] ?? 0)
      for (const [ax, ay, bx, by] of curvesOf(points)) c.quadraticCurveTo(ax, ay, bx, by)
      c.stroke()
      c.globalAlpha = 1
    },
  }
}

/** Control and end of each piece: it goes through the middles between the points, and to the last one. */
function curvesOf(points: readonly number[]): [number, number, number, number][] {
  const last = points.length - 2
  if (last === 2) return [[at(points, 0), at(points, 1), at(points, 2), at(points, 3)]]
  const pieces: [number, number, number, number][] = []
  for (let here = 2; here < last; here += 2) {
    const [ax, ay, bx, by] = [
      at(points, here),
      at(points, here + 1),
      at(points, here + 2),
      at(points, here + 3),
    ]
    pieces.push(here + 2 === last ? [ax, ay, bx, by] : [ax, ay, (ax + bx) / 2, (ay + by) / 2])
  }
  return pieces
}

/** Collects the same drawing as SVG; `end` gives the file. */
export function svgPen(size: { w: number; h: number }, ground: string): Pen & { end(): string } {
  const parts: string[] = [`<rect width="100%" height="100%" fill="${quoted(ground)}"/>`]
  const n = (value: number) => String(Math.round(value * 10) / 10)
  const rect = ({ x, y, w, h }: Rect) => `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"`
  return {
    box(where, fill, round) {
      parts.push(`<rect ${rect(where)} rx="${n(round)}" fill="${quoted(fill)}"/>`)
    },
    frame(where, ink, width) {
      parts.push(
        `<rect ${rect(where)} rx="3" fill="none" stroke="${quoted(ink)}" stroke-width="${n(width)}"/>`,
      )
    },
    text(text, { x, y }, { size: height, ink, halo, bold, centred }) {
      const around = halo
        ? ` stroke="${quoted(halo)}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
        : ''
      const more = `${bold ? ' font-weight="600"' : ''}${centred ? ' text-anchor="middle"' : ''}${around}`
      parts.push(
        `<text x="${n(x)}" y="${n(y)}" font-size="${n(height)}" fill="${quoted(ink)}"${more}>${quoted(text)}</text>`,
      )
    },
    curve(points, ink, { width, alpha }) {
      const pieces = curvesOf(points).map((piece) => `Q${piece.map(n).join(' ')}`)
      parts.push(
        `<path d="M${n(points[0] ?? 0)} ${n(points[1] ?? 0)}${pieces.join('')}" fill="none" stroke="${quoted(ink)}" stroke-opacity="${alpha.toFixed(2)}" stroke-width="${n(width)}" stroke-linecap="round"/>`,
      )
    },
    end: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${n(size.w)}" height="${n(size.h)}" viewBox="0 0 ${n(size.w)} ${n(size.h)}" font-family="system-ui, sans-serif">${parts.join('\n')}</svg>`,
  }
}

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Names of files are anybody's: nothing in them is markup, and what no XML may hold is left out. */
const quoted = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ').replaceAll(/[&<>"]/g, (one) => NAMED[one] ?? one)
