// Writes the names: inside of what is closed, at the head of what is open, and across a region while its head is too small.
import '../words/late/map.ts'
import { t } from '../words/words.ts'
import { overlap, type Rect } from './camera.ts'
import type { Drawn } from './draw-nodes.ts'
import { HEAD } from './layout.ts'
import { FOLDER, SYMBOL, type CodeModel } from './model.ts'
import { at } from './numbers.ts'
import type { Pen } from './pens.ts'
import type { Scene } from './scene.ts'

/** The mean width of a letter, as a part of its size: measuring each name would cost more than drawing it. */
const LETTER = 0.56
const SMALLEST = 9
const LARGEST = [22, 16, 14]
/** A head smaller than this holds no name. */
const HEAD_PX = 12
/** A region smaller than this has no name across it. */
const REGION_PX = 74

/**
 * Names in boxes, the largest first, as many as asked for. `regions` are written later, over the lines: what would lie under them
 * is left out.
 */
export function drawNames(
  scene: Scene,
  pen: Pen,
  { named, regions, most }: { named: readonly Drawn[]; regions: readonly Region[]; most: number },
): void {
  const inside: { drawn: Drawn; size: number }[] = []
  for (const drawn of named) {
    if (drawn.node === 0) continue
    const size = sizeOf(scene, drawn)
    if (size >= SMALLEST) inside.push({ drawn, size })
  }
  inside.sort((a, b) => b.drawn.w * b.drawn.h - a.drawn.w * a.drawn.h)
  const kept = inside.slice(0, most)
  // By size: a canvas is slow to change its font.
  kept.sort((a, b) => b.size - a.size)
  for (const { drawn, size } of kept) name(scene, pen, { drawn, size, regions })
}

function sizeOf({ model }: Scene, { node, isOpen, w, h }: Drawn): number {
  const level = model.levels[node] ?? 0
  const largest = LARGEST[level] ?? 12
  const letters = Math.max(4, (model.names[node] ?? '').length)
  if (isOpen) {
    const head = Math.min(w, h) * (HEAD[level] ?? 0)
    return head < HEAD_PX ? 0 : Math.floor(Math.min(largest, head * 0.62))
  }
  // As large as the box lets it be, but not larger than its neighbours need to be read.
  const fitting = Math.min(h * 0.5, (w - 6) / (letters * LETTER))
  const least = Math.min(h * 0.62, 10)
  return Math.floor(Math.min(largest * 0.85, Math.max(fitting, least)))
}

/** What it is and how long, where there is room for it. */
const NOTE_PX = 62

function name(
  scene: Scene,
  pen: Pen,
  { drawn, size, regions }: { drawn: Drawn; size: number; regions: readonly Region[] },
): void {
  const { model, palette } = scene
  const { node, x, y, w, h, isOpen } = drawn
  const text = fitted(model.names[node] ?? '', (w - 6) / (size * LETTER))
  if (text === '') return
  const isFaint = scene.trace?.rings[node] === 0
  const pad = Math.min(6, w * 0.04)
  const place = { x: x + pad, y: y + (isOpen ? size * 1.15 + pad * 0.3 : pad * 0.6 + size) }
  const box = { x: place.x, y: place.y - size, w: text.length * size * LETTER, h: size * 1.2 }
  if (regions.some((one) => overlap(one, box))) return
  const ink = isFaint ? palette.soft : palette.ink
  pen.text(text, place, { size, ink, bold: model.levels[node] === FOLDER })
  const hasRoom = !isOpen && h >= NOTE_PX && w >= NOTE_PX * 1.6
  const note = { x: place.x, y: place.y + 4, w: w - 2 * pad, h: 16 }
  if (hasRoom && !regions.some((one) => overlap(one, note)))
    pen.text(noteOf(model, node), { x: place.x, y: place.y + 16 }, { size: 11, ink: palette.note })
}

const noteOf = ({ kindWords, kinds, lines }: CodeModel, node: number): string =>
  t('map.note', { kind: kindWords[at(kinds, node)] ?? '', n: at(lines, node) })

/** Fewer letters of a name say nothing. */
const KNOWN = 7

/** As much of a name as there is room for; '' where nothing is left to know it by. */
function fitted(text: string, room: number): string {
  if (text.length <= room) return text
  const plain = text.replace(/\.[a-z]{1,4}$/, '')
  if (plain.length <= room) return plain
  const cut = Math.floor(room) - 1
  return cut < KNOWN ? '' : `${plain.slice(0, cut)}…`
}

/** A name across what is open and too small for a head. */
export interface Region extends Rect {
  text: string
  size: number
}

/** Names across regions, as on a map of countries: large ones first, none over another. */
export function regionsOf(scene: Scene, drawn: readonly Drawn[]): Region[] {
  const { model } = scene
  const regions: Region[] = []
  const named = new Set<number>()
  const sorted = drawn
    .filter((one) => one.isOpen && one.node > 0 && model.levels[one.node] !== SYMBOL)
    .filter((one) => Math.min(one.w, one.h) > REGION_PX && sizeOf(scene, one) < SMALLEST)
    .sort((a, b) => b.w * b.h - a.w * a.h)
  for (const { node, x, y, w, h } of sorted) {
    if (named.has(model.parents[node] ?? 0) && isMost(scene, node)) continue
    const text = model.names[node] ?? ''
    const room = Math.min(w * 0.9, 400) / (Math.max(3, text.length) * LETTER)
    const size = Math.floor(Math.min(20, room, Math.min(w, h) * 0.16))
    if (size < SMALLEST + 1) continue
    const width = text.length * size * LETTER + 6
    const region = {
      text,
      size,
      x: x + w / 2 - width / 2,
      y: y + h / 2 - size * 0.75,
      w: width,
      h: size * 1.5,
    }
    if (regions.some((one) => overlap(one, region))) continue
    regions.push(region)
    named.add(node)
  }
  return regions
}

export function drawRegions({ palette }: Scene, pen: Pen, regions: readonly Region[]): void {
  for (const { text, size, x, y, w, h } of regions)
    pen.text(
      text,
      { x: x + w / 2, y: y + h * 0.7 },
      {
        size,
        ink: palette.ink,
        halo: palette.plate,
        bold: true,
        centred: true,
      },
    )
}

/** It fills most of what holds it: the name of that one says enough. */
const isMost = ({ model, layout }: Scene, node: number): boolean => {
  const parent = model.parents[node] ?? 0
  const area = (at: number) => (layout.w[at] ?? 0) * (layout.h[at] ?? 0)
  return area(node) > area(parent) * 0.55
}
