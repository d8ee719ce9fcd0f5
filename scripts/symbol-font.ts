// Draws the few signs of coding agents that neither the bundled typeface nor a plain Linux desktop has, and writes them as a font:
// `node scripts/symbol-font.ts`. Run it again only when a sign is added.
// Format: OpenType with TrueType outlines, https://learn.microsoft.com/typography/opentype/spec/otff
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.ts'

type Point = readonly [x: number, y: number, onCurve?: 0 | 1]
type Outline = readonly Point[]

// The measures of JetBrains Mono, so that a cell stays a cell.
const EM = 1000
const ADVANCE = 600
const ASCENT = 1020
const DESCENT = -300

const bar = ([left, right]: readonly [number, number], [bottom, top]: readonly [number, number]): Outline => [
  [left, bottom],
  [left, top],
  [right, top],
  [right, bottom],
]

/** Eight quadratic arcs: their control points lie off the curve. */
function disc(x: number, y: number, radius: number): Outline {
  const reach = radius / Math.cos(Math.PI / 8)
  return Array.from({ length: 16 }, (_, i): Point => {
    const angle = (-i * Math.PI) / 8 // clockwise, which TrueType fills
    const onCurve = i % 2 === 0
    const far = onCurve ? radius : reach
    return [Math.round(x + far * Math.cos(angle)), Math.round(y + far * Math.sin(angle)), onCurve ? 1 : 0]
  })
}

const SIGNS: readonly [code: number, outlines: readonly Outline[]][] = [
  // ⎿ before what a tool answered
  [
    0x23bf,
    [
      [
        [120, 250],
        [120, 760],
        [190, 760],
        [190, 320],
        [520, 320],
        [520, 250],
      ],
    ],
  ],
  // ⏵ accepting edits
  [
    0x23f5,
    [
      [
        [110, 120],
        [110, 600],
        [520, 360],
      ],
    ],
  ],
  // ⏸ planning
  [0x23f8, [bar([130, 240], [120, 600]), bar([360, 470], [120, 600])]],
  // ⏺ what the agent says
  [0x23fa, [disc(300, 360, 210)]],
]

const u16 = (...values: number[]) => Buffer.from(values.flatMap((one) => [(one >> 8) & 255, one & 255]))
const u32 = (...values: number[]) => u16(...values.flatMap((one) => [one >>> 16, one & 0xffff]))

interface Box {
  left: number
  bottom: number
  right: number
  top: number
}

function boxOf(outlines: readonly Outline[]): Box {
  const xs = outlines.flat().map(([x]) => x)
  const ys = outlines.flat().map(([, y]) => y)
  return { left: Math.min(...xs), bottom: Math.min(...ys), right: Math.max(...xs), top: Math.max(...ys) }
}

function glyph(outlines: readonly Outline[]): Buffer {
  const { left, bottom, right, top } = boxOf(outlines)
  const points = outlines.flat()
  let last = -1
  const ends = outlines.map((outline) => (last += outline.length))
  const steps = (at: 0 | 1) => points.map((point, i) => point[at] - (points[i - 1]?.[at] ?? 0))
  const parts = [
    u16(outlines.length, left, bottom, right, top, ...ends, 0),
    Buffer.from(points.map(([, , onCurve = 1]) => onCurve)),
    u16(...steps(0), ...steps(1)),
  ]
  return padded(Buffer.concat(parts), 4)
}

const padded = (bytes: Buffer, to: number) =>
  Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)])

const outlinesOf = [[bar([60, 540], [0, 730])], ...SIGNS.map(([, outlines]) => outlines)]
const glyphs = outlinesOf.map(glyph)
const whole = boxOf(outlinesOf.flat())
const offsets = [0]
for (const [i, one] of glyphs.entries()) offsets.push((offsets[i] ?? 0) + one.length)

function cmap(): Buffer {
  // Format 12: one group for each sign.
  const groups = SIGNS.flatMap(([code], i) => [code, code, i + 1])
  const length = 16 + SIGNS.length * 12
  return Buffer.concat([u16(0, 1, 3, 10), u32(12), u16(12, 0), u32(length, 0, SIGNS.length, ...groups)])
}

function names(): Buffer {
  const texts = [
    'Tutti Symbols',
    'Regular',
    'Tutti Symbols 1',
    'Tutti Symbols',
    'Version 1.000',
    'TuttiSymbols',
  ]
  const bytes = texts.map((text) => Buffer.from(text, 'utf16le').swap16())
  let at = 0
  const records = bytes.map((one, i) => {
    const record = u16(3, 1, 0x409, i + 1, one.length, at)
    at += one.length
    return record
  })
  return Buffer.concat([u16(0, texts.length, 6 + 12 * texts.length), ...records, ...bytes])
}

function os2(): Buffer {
  const codes = SIGNS.map(([code]) => code)
  return Buffer.concat([
    u16(4, ADVANCE, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
    Buffer.from([2, 0, 5, 9, 0, 0, 0, 0, 0, 0]),
    u32(0, 1 << 13, 0, 0),
    Buffer.from('TUTI'),
    u16(0x40, Math.min(...codes), Math.max(...codes), ASCENT, DESCENT, 0, ASCENT, -DESCENT),
    u32(0, 0),
    u16(550, 730, 0, 32, 1),
  ])
}

const tables: Record<string, Buffer> = {
  'OS/2': os2(),
  cmap: cmap(),
  glyf: Buffer.concat(glyphs),
  head: Buffer.concat([
    u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
    u16(3, EM),
    Buffer.alloc(16), // made at no time: the same signs give the same bytes
    u16(whole.left, whole.bottom, whole.right, whole.top, 0, 8, 2, 1, 0),
  ]),
  hhea: Buffer.concat([
    u32(0x10000),
    u16(ASCENT, DESCENT, 0, ADVANCE, whole.left, 0, whole.right, 1, 0, 0, 0, 0, 0, 0, 0, glyphs.length),
  ]),
  hmtx: u16(...outlinesOf.flatMap((outlines) => [ADVANCE, boxOf(outlines).left])),
  loca: u32(...offsets),
  maxp: Buffer.concat([u32(0x10000), u16(glyphs.length, 16, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
  name: names(),
  post: Buffer.concat([u32(0x30000, 0), u16(-100, 50), u32(1, 0, 0, 0, 0)]),
}

function checksum(bytes: Buffer): number {
  const words = padded(bytes, 4)
  let sum = 0
  for (let at = 0; at < words.length; at += 4) sum = (sum + words.readUInt32BE(at)) >>> 0
  return sum
}

function font(): Buffer {
  const entries = Object.entries(tables)
  const log = Math.floor(Math.log2(entries.length))
  let at = 12 + 16 * entries.length
  const directory = entries.map(([tag, bytes]) => {
    const record = Buffer.concat([Buffer.from(tag.padEnd(4)), u32(checksum(bytes), at, bytes.length)])
    at += padded(bytes, 4).length
    return record
  })
  const head = Buffer.concat([
    u32(0x10000),
    u16(entries.length, 16 << log, log, 16 * entries.length - (16 << log)),
  ])
  return Buffer.concat([head, ...directory, ...entries.map(([, bytes]) => padded(bytes, 4))])
}

const bytes = font()
const headAt = bytes.indexOf(tables['head'] ?? '')
bytes.writeUInt32BE((0xb1b0afba - checksum(bytes)) >>> 0, headAt + 8)
writeFileSync(join(root, 'packages/web/src/ui/symbols.ttf'), bytes)
