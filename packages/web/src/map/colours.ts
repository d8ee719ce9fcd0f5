// The colours of the map, mixed once for a theme: a drawing step only looks them up.
import type { CodeModel } from './model.ts'
import { FOLDER, childrenOf } from './model.ts'

type Rgb = readonly [number, number, number]

export interface Palette {
  ground: string
  ink: string
  soft: string
  note: string
  line: string
  accent: string
  into: string
  meet: string
  chosen: string
  /** By area, then by how deep: folders, files, symbols. */
  areas: readonly (readonly string[])[]
  dim: readonly string[]
  rings: readonly string[]
  churn: readonly string[]
  covered: readonly string[]
  added: string
  changed: string
  /** Around them, so that even a small one is seen. */
  addedLine: string
  changedLine: string
  agent: string
  agentInk: string
  plate: string
}

/** Of the project colours those that stay apart on large fields: no greys, no two browns. */
const HUES = [0, 1, 2, 3, 4, 5, 6, 9]
const AREAS = HUES.length
const STEPS = 11

/** Reads the theme from the element's computed style. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const of = (name: string) => parsed(style.getPropertyValue(name), style.colorScheme)
  const [ground, raised, ink] = [of('--surface-0'), of('--surface-2'), of('--ink')]
  const [accent, failed, ok] = [of('--accent'), of('--failed'), of('--ok')]
  const isDark = sum(ground) < sum(ink)
  const shades = isDark ? [0.07, 0.15, 0.32, 0.5] : [0.07, 0.14, 0.28, 0.44]
  const area = (index: number) => {
    const hue = of(`--project-${index}`)
    return shades.map((part, depth) => css(mixed(depth < 2 ? ground : raised, hue, part)))
  }
  const note = of('--ink-2')
  const strong = (hue: Rgb) => legible(raised, hue, note)
  const ramp = (from: Rgb, to: Rgb) =>
    Array.from({ length: STEPS }, (_, at) => css(mixed(from, to, at / (STEPS - 1))))
  return {
    ground: css(ground),
    ink: css(ink),
    soft: css(of('--ink-3')),
    note: css(note),
    line: css(of('--border-strong')),
    accent: css(accent),
    into: css(of('--project-3')),
    meet: css(failed),
    chosen: css(ink),
    areas: HUES.map((index) => area(index)),
    dim: [0.02, 0.04, 0.07, 0.1].map((part) => css(mixed(ground, ink, part))),
    rings: [1, 0.72, 0.52, 0.38, 0.27, 0.19, 0.13].map((part) => css(mixed(raised, strong(accent), part))),
    churn: ramp(mixed(ground, ink, 0.08), strong(failed)),
    covered: ramp(strong(failed), strong(ok)),
    added: css(strong(ok)),
    changed: css(strong(of('--working'))),
    addedLine: css(ok),
    changedLine: css(of('--working')),
    agent: css(accent),
    agentInk: css(of('--accent-ink')),
    plate: css(ground),
  }
}

/** A canvas knows no `light-dark(…)`, but it knows every other way to write a colour, and writes them all in one. */
function parsed(value: string, scheme: string): Rgb {
  const [, light = '', dark = ''] = /light-dark\(([^,]+),\s*([^)]+)\)/.exec(value) ?? []
  const isDark =
    scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  const probe = document.createElement('canvas').getContext('2d')
  if (!probe) return [0, 0, 0]
  probe.fillStyle = (light === '' ? value : isDark ? dark : light).trim()
  const hex = typeof probe.fillStyle === 'string' ? probe.fillStyle : ''
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) || 0
  return [part(1), part(3), part(5)]
}

/** What WCAG asks of small words. */
const CONTRAST = 4.5
const LESS = 0.03

/** As much of the colour on the ground as lets words in that ink be read. */
export function legible(ground: Rgb, hue: Rgb, ink: Rgb): Rgb {
  let part = 0.85
  while (part > LESS && contrast(mixed(ground, hue, part), ink) < CONTRAST) part -= LESS
  return mixed(ground, hue, part)
}

/** As WCAG reckons it. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((one) => {
    const part = one / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const sum = ([r, g, b]: Rgb): number => r + g + b

const mixed = (a: Rgb, b: Rgb, part: number): Rgb => [
  a[0] + (b[0] - a[0]) * part,
  a[1] + (b[1] - a[1]) * part,
  a[2] + (b[2] - a[2]) * part,
]

const css = ([r, g, b]: Rgb): string => `rgb(${Math.round(r)},${Math.round(g)},${Math.round(b)})`

/** What holds areas is of none. */
export const NO_AREA = 255

/** A folder that holds more of the code than this is no area of its own: what lies in it is. */
const WHOLE = 0.4

/** The colour family of each node: folders at the top have one each, and all that they hold has the same. */
export function areasOf(model: CodeModel): Uint8Array {
  const areas = new Uint8Array(model.size).fill(NO_AREA)
  const uses = Array.from({ length: AREAS }, () => 0)
  // Large ones choose first; by powers of two, so that a few lines change no order.
  const rank = (node: number) => Math.round(Math.log2(1 + (model.lines[node] ?? 0)))
  const found = foldersAtTop(model, 0, (model.lines[0] ?? 0) * WHOLE).sort(
    (a, b) => rank(b) - rank(a) || a - b,
  )
  for (const node of found) areas.fill(colourOf(model.names[node] ?? '', uses), node, model.ends[node])
  return areas
}

function foldersAtTop(model: CodeModel, folder: number, whole: number): number[] {
  const folders = childrenOf(model, folder).filter((one) => model.levels[one] === FOLDER)
  return folders.flatMap((one) => {
    const inner = (model.lines[one] ?? 0) > whole ? foldersAtTop(model, one, whole) : []
    return inner.length > 0 ? inner : [one]
  })
}

/** By name, so that a new folder changes few others' colours, and of the least used ones. */
function colourOf(name: string, uses: number[]): number {
  let hash = 7
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) >>> 0
  const least = Math.min(...uses)
  let colour = hash % AREAS
  while ((uses[colour] ?? 0) > least) colour = (colour + 3) % AREAS
  uses[colour] = least + 1
  return colour
}
