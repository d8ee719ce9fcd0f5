// What is drawn of a scene: little of much, uses as bundles, names as text and never as markup.
import { expect, test } from 'vitest'
import { aPicture, type AFile, type AUse } from './a-picture.ts'
import { bundlesOf, spineOf } from './bundles.ts'
import { between, cameraOn, overlap, within } from './camera.ts'
import { areasOf, type Palette } from './colours.ts'
import { nextTo } from './direction.ts'
import { drawFrame } from './draw.ts'
import { editorAddress } from './editors.ts'
import { FILTERS, hiddenKinds, sieveOf } from './filters.ts'
import { WORLD, layoutOf } from './layout.ts'
import { fileNode, modelOf, nodeOf } from './model.ts'
import { createPace } from './pace.ts'
import { svgPen, type Pen } from './pens.ts'
import type { Scene } from './scene.ts'
import { impactOf } from './trace.ts'

const size = { w: 1200, h: 900 }
const shades = ['a', 'b', 'c', 'd']
const palette: Palette = {
  ground: '#000',
  ink: '#fff',
  soft: '#888',
  note: '#aaa',
  line: '#444',
  accent: '#0ff',
  into: '#f0f',
  meet: '#f00',
  chosen: '#fff',
  areas: Array.from({ length: 8 }, () => shades),
  dim: shades,
  rings: shades,
  churn: shades,
  covered: shades,
  added: '#0f0',
  changed: '#00f',
  addedLine: '#0f0',
  changedLine: '#00f',
  agent: '#0ff',
  agentInk: '#000',
  plate: '#000',
}

function aScene(files: readonly AFile[], uses: readonly AUse[] = [], more: Partial<Scene> = {}): Scene {
  const model = modelOf(aPicture(files, uses))
  return {
    model,
    layout: layoutOf(model),
    areas: areasOf(model),
    palette,
    camera: cameraOn({ x: 0, y: 0, ...WORLD }, size),
    size,
    lens: 'structure',
    diff: null,
    trace: null,
    hidden: new Uint8Array(model.kindWords.length),
    focus: null,
    agents: [],
    coarse: 1,
    ...more,
  }
}

const aPen = (seen: string[]): Pen => ({
  box: () => void seen.push('box'),
  frame: () => void seen.push('frame'),
  text: (text) => void seen.push(text),
  curve: () => void seen.push('curve'),
})

function drawn(scene: Scene, pen: Pen) {
  const shown = new Uint8Array(scene.model.size)
  return drawFrame(scene, pen, { sieve: sieveOf(scene.model, FILTERS), bundles: null, names: 500, shown })
}

test('fifty thousand things seen from afar are a few thousand boxes', () => {
  const symbols = Array.from({ length: 20 }, (_, at) => `f${at}`)
  const files = Array.from({ length: 2500 }, (_, at) => ({
    path: `d${at % 40}/e${at % 400}/f${at}.ts`,
    symbols,
  }))
  const scene = aScene(files)
  const { nodes } = drawn(scene, aPen([]))
  expect(scene.model.size).toBeGreaterThan(52_000)
  expect(nodes).toBeLessThan(6000)
})

const SHOP: AFile[] = [
  { path: 'a/one.ts', symbols: ['x', 'y'] },
  { path: 'a/two.ts', symbols: ['z'] },
  { path: 'b/three.ts', symbols: ['w'] },
]
const USES: AUse[] = [
  ['a/one.ts:x', 'b/three.ts:w'],
  ['a/one.ts:y', 'b/three.ts:w'],
  ['a/one.ts:x', 'a/two.ts:z'],
]

test('uses are bundled between what may be seen of their ends', () => {
  const model = modelOf(aPicture(SHOP, USES))
  const node = (id: string) => nodeOf(model, id) ?? -1
  const wish = { sieve: sieveOf(model, FILTERS), focus: null, most: 9 }
  const ends = (...ids: string[]) => {
    const made = new Uint8Array(model.size)
    for (const id of ids) made[node(id)] = 1
    return made
  }
  expect(bundlesOf(model, { ...wish, ends: ends('a', 'b') })).toEqual([
    { from: node('a'), to: node('b'), count: 2 },
  ])
  const files = ends('a/one.ts', 'a/two.ts', 'b/three.ts')
  expect(bundlesOf(model, { ...wish, ends: files }).map((one) => one.count)).toEqual([2, 1])
  expect(bundlesOf(model, { ...wish, ends: files, focus: node('a/two.ts') })).toEqual([
    { from: node('a/one.ts'), to: node('a/two.ts'), count: 1 },
  ])
  const spine = spineOf(model, { from: node('a/one.ts:x'), to: node('b/three.ts'), count: 1 })
  expect(spine.map((one) => model.names[one])).toEqual(['x', 'one.ts', 'a', 'b', 'three.ts'])
})

test('an agent is drawn with its name where it works, and nothing of it where that is out of sight', () => {
  const scene = aScene(SHOP)
  const mark = {
    id: 'agt_1',
    name: 'shop-back',
    node: fileNode(scene.model, 'a/one.ts') ?? 0,
    did: 'changed' as const,
    isLatest: true,
  }
  const seen: string[] = []
  expect(drawn({ ...scene, agents: [mark] }, aPen(seen)).plates).toHaveLength(1)
  expect(seen).toContain('shop-back')
  const away = { ...scene, agents: [mark], camera: { x: 5000, y: 0, scale: 1 } }
  expect(drawn(away, aPen([])).plates).toEqual([])
})

test('a trace has lines of its own, from each step to the next, whatever is chosen', () => {
  const scene = aScene(SHOP, [...USES, ['b/three.ts:w', 'a/two.ts:z']])
  const { model } = scene
  const sieve = sieveOf(model, FILTERS)
  const node = (id: string) => nodeOf(model, id) ?? -1
  const trace = impactOf(model, node('b/three.ts:w'), sieve)
  const { bundles } = drawn({ ...scene, trace, focus: node('a/two.ts:z') }, aPen([]))
  const target = node('b/three.ts:w')
  expect(bundles.length).toBeGreaterThan(0)
  for (const { to } of bundles) expect(to <= target && target < (model.ends[to] ?? 0)).toBe(true)
})

test('two who change one file stand there both, each with a name of its own that lies over no other', () => {
  const scene = aScene(SHOP)
  const file = fileNode(scene.model, 'a/one.ts') ?? 0
  const marks = ['api', 'web'].map((name) => ({
    id: name,
    name,
    node: file,
    did: 'changed' as const,
    at: 1,
    isLatest: name === 'api',
  }))
  const { plates } = drawn({ ...scene, agents: marks }, aPen([]))
  expect(plates.map(({ mark }) => mark.name)).toEqual(['api', 'web'])
  const [one, other] = plates
  expect(one && other && overlap(one, other)).toBe(false)
})

test('what differs has a frame however small it is, and what a filter leaves out is ground', () => {
  const scene = aScene(SHOP)
  const { model } = scene
  const diff = new Uint8Array(model.size)
  diff[nodeOf(model, 'b/three.ts:w') ?? 0] = 1
  const frames: string[] = []
  drawn({ ...scene, lens: 'diff', diff }, { ...aPen([]), frame: (_, ink) => void frames.push(ink) })
  expect(frames).toEqual(['#00f'])

  const fills = (hidden: Uint8Array) => {
    const seen = new Set<string>()
    drawn(
      { ...scene, areas: new Uint8Array(model.size), hidden, palette: PLAIN },
      {
        ...aPen([]),
        box: (_, fill) => void seen.add(fill),
      },
    )
    return seen.has('code')
  }
  expect(fills(hiddenKinds(model, FILTERS))).toBe(true)
  expect(fills(hiddenKinds(model, { ...FILTERS, kinds: new Set(['code']) }))).toBe(false)
})

/** Symbols that run are of a colour of their own. */
const PLAIN: Palette = { ...palette, areas: Array.from({ length: 8 }, () => ['a', 'b', 'c', 'code']) }

test('a name of a file is never markup in the SVG', () => {
  const scene = aScene([{ path: '<script>alert("x")\u0007.ts' }])
  const pen = svgPen(size, '#000')
  drawn(scene, pen)
  expect(pen.end()).toContain('&lt;script&gt;')
  expect(pen.end()).not.toContain('<script')
  expect(pen.end()).not.toContain('\u0007')
})

test('a name of a file is no part of the address of an editor', () => {
  const address = editorAddress('VS Code', '/srv/my shop', { file: 'a?b#c&d:9.ts', from: 12, to: 20 })
  expect(address).toBe('vscode://file/srv/my%20shop/a%3Fb%23c%26d%3A9.ts:12')
})

test('a flight begins and ends where it should, and the view never leaves the world', () => {
  const [a, b] = [
    { x: 0, y: 0, scale: 1 },
    { x: 300, y: 200, scale: 12 },
  ]
  expect(between(a, b, 0)).toEqual(a)
  const end = between(a, b, 1)
  expect([end.x, end.y, end.scale].map((one) => Math.round(one))).toEqual([300, 200, 12])
  const far = within({ x: 90_000, y: -90_000, scale: 0.0001 }, WORLD, size)
  expect(far.x).toBeLessThan(WORLD.w)
  expect(far.y).toBeGreaterThan(-size.h / far.scale)
})

test('arrow keys go to what lies that way', () => {
  const { model, layout } = aScene(SHOP)
  const all = ['a', 'b'].map((path) => fileNode(model, path) ?? 0)
  const [one = 0, other = 0] = all.toSorted((p, q) => (layout.x[p] ?? 0) - (layout.x[q] ?? 0))
  const isBeside = (layout.x[one] ?? 0) + (layout.w[one] ?? 0) <= (layout.x[other] ?? 0)
  expect(nextTo({ model, layout }, one, isBeside ? [1, 0] : [0, 1])).toBe(other)
  expect(nextTo({ model, layout }, one, isBeside ? [-1, 0] : [0, -1])).toBe(one)
})

test('slow frames make the picture coarser, quick ones finer again', () => {
  const pace = createPace()
  let time = 0
  const after = (ms: number) => pace.next((time += ms))
  for (let at = 0; at < 9; at++) after(60)
  expect(after(60)).toBeGreaterThan(1.5)
  for (let at = 0; at < 99; at++) after(16)
  expect(after(16)).toBe(1)
})
