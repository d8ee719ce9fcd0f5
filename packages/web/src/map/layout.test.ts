// The layout: everything inside its holder, the same each time, and calm under small edits.
import type { MapPicture } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cameraOn, draw, type Pen, type Scene } from './draw.ts'
import { layoutOf, spotAt, type Spot } from './layout.ts'
import { svgPen } from './pens.ts'
import { ringsOf } from './rings.ts'

const aFile = (path: string, lines = 50): MapPicture['files'][number] => ({
  path,
  lines,
  language: 'typescript',
  changes: lines % 7,
  symbols: [{ name: 'run', kind: 'function', line: 1, lines: 5 }],
})
const aPicture = (files: MapPicture['files'], edges: MapPicture['edges'] = []): MapPicture => ({
  folder: '/srv/shop',
  files,
  edges,
  agents: [],
})
const look = { surface: '', raised: '', line: '', ink: '', soft: '', accent: '', heat: '', rings: ['a', 'b'] }
const size = { w: 1200, h: 800 }
const aScene = (picture: MapPicture, more: Partial<Scene> = {}): Scene => {
  const layout = layoutOf(picture)
  const camera = cameraOn(layout.root, size)
  return {
    layout,
    picture,
    camera,
    size,
    look,
    isMoving: false,
    heat: false,
    focus: null,
    rings: new Map(),
    ...more,
  }
}
const aPen = (seen: string[]): Pen => ({
  box: () => seen.push('box'),
  text: (text) => seen.push(text),
  curve: () => seen.push('curve'),
  mark: (_, { text }) => seen.push(`agent ${text}`),
})

const paths = fc.uniqueArray(fc.stringMatching(/^[a-c]{1,2}(\/[a-c]{1,2}){0,3}\.ts$/), { maxLength: 40 })

test('everything lies inside what holds it', () => {
  fc.assert(
    fc.property(paths, (names) => {
      const { all } = layoutOf(aPicture(names.map((one, at) => aFile(one, at * 13))))
      const isInside = ({ parent, x, y, w, h }: Spot) =>
        !parent ||
        (x >= parent.x &&
          y >= parent.y &&
          x + w <= parent.x + parent.w + 1e-6 &&
          y + h <= parent.y + parent.h + 1e-6)
      expect(all.filter((one) => !isInside(one))).toEqual([])
    }),
  )
})

test('a file that grows by a line moves no other by more than a hundredth', () => {
  const names = Array.from({ length: 200 }, (_, at) => `lib${at % 9}/part${at}.ts`)
  const before = layoutOf(aPicture(names.map((one) => aFile(one))))
  const after = layoutOf(aPicture(names.map((one, at) => aFile(one, at === 77 ? 51 : 50))))
  const moved = before.files.map((one, at) =>
    Math.hypot(one.x - (after.files[at]?.x ?? 0), one.y - (after.files[at]?.y ?? 0)),
  )
  expect(Math.max(...moved)).toBeLessThan(10)
})

test('a point finds the innermost thing that is large enough', () => {
  const { root, files } = layoutOf(aPicture([aFile('a/b.ts'), aFile('c.ts')]))
  const at = {
    x: (files[0]?.x ?? 0) + (files[0]?.w ?? 0) / 2,
    y: (files[0]?.y ?? 0) + (files[0]?.h ?? 0) / 2,
  }
  expect([spotAt(root, at, 1).id, spotAt(root, at, 900).id]).toEqual(['a/b.ts:run', ''])
})

test('rings go from the file to what uses it, and no further than asked', () => {
  const edges = [
    { from: 1, to: 0, count: 1 },
    { from: 2, to: 1, count: 1 },
    { from: 0, to: 2, count: 1 },
  ]
  expect([...ringsOf(edges, [0], 1)]).toEqual([
    [0, 0],
    [1, 1],
  ])
  expect(ringsOf(edges, [0], 9).get(2)).toBe(2)
})

test('fifty thousand things seen from afar are few boxes, and lines are left out while it moves', () => {
  const files = Array.from({ length: 25_000 }, (_, at) => aFile(`d${at % 40}/e${at % 1600}/f${at}.ts`))
  const picture = aPicture(files, [{ from: 0, to: 1, count: 3 }])
  const [still, moving]: string[][] = [[], []]
  draw(aScene(picture), aPen(still ?? []))
  draw(aScene(picture, { isMoving: true }), aPen(moving ?? []))
  expect(still?.length).toBeLessThan(6000)
  expect(still?.filter((one) => one === 'curve')).toHaveLength(1)
  expect(moving).not.toContain('curve')
})

test('an agent stands at the file that it changes', () => {
  const picture = {
    ...aPicture([aFile('a.ts')]),
    agents: [{ agent: 'agt_1', name: 'shop-back', file: 'a.ts', at: 1 }],
  }
  const seen: string[] = []
  draw(aScene(picture), aPen(seen))
  expect(seen).toContain('agent shop-back')
})

test('a name of a file is never markup in the SVG', () => {
  const pen = svgPen(size)
  draw(aScene(aPicture([aFile('<script>alert("x")\u0007.ts')])), pen)
  expect(pen.end()).toContain('&lt;script&gt;')
  expect(pen.end()).not.toContain('<script')
  expect(pen.end()).not.toContain('\u0007')
})
