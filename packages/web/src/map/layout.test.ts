// The layout: everything inside its holder, the same each time, and calm under small edits.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aPicture, type AFile } from './a-picture.ts'
import { layoutOf, nodeAt, type Layout } from './layout.ts'
import { fileNode, modelOf, nodeOf, type CodeModel } from './model.ts'
import { at } from './numbers.ts'

const paths = fc.uniqueArray(fc.stringMatching(/^[a-c]{1,2}(\/[a-c]{1,2}){0,3}\.ts$/), { maxLength: 40 })
const laidOut = (files: readonly AFile[]): { model: CodeModel; layout: Layout } => {
  const model = modelOf(aPicture(files))
  return { model, layout: layoutOf(model) }
}

test('everything lies inside what holds it, and nothing over its neighbour', () => {
  fc.assert(
    fc.property(paths, (names) => {
      const files = names.map((path, nth) => ({ path, lines: nth * 13, symbols: ['a', 'b', 'b.c'] }))
      const { model, layout } = laidOut(files)
      const wrong: number[] = []
      for (let node = 1; node < model.size; node++) {
        const holder = at(model.parents, node)
        if (!isInside(layout, node, holder)) wrong.push(node)
        const next = model.ends[node] ?? 0
        if (next < (model.ends[holder] ?? 0) && isOver(layout, node, next)) wrong.push(node)
      }
      expect(wrong).toEqual([])
    }),
  )
})

const edges = ({ x, y, w, h }: Layout, node: number) => {
  const [left, top, width, height] = [at(x, node), at(y, node), at(w, node), at(h, node)]
  return { left, top, right: left + width, bottom: top + height }
}
const TINY = 1e-6
const isInside = (layout: Layout, inner: number, outer: number) => {
  const [a, b] = [edges(layout, inner), edges(layout, outer)]
  return (
    a.left >= b.left - TINY &&
    a.top >= b.top - TINY &&
    a.right <= b.right + TINY &&
    a.bottom <= b.bottom + TINY
  )
}
const isOver = (layout: Layout, one: number, other: number) => {
  const [a, b] = [edges(layout, one), edges(layout, other)]
  return (
    a.left < b.right - TINY && b.left < a.right - TINY && a.top < b.bottom - TINY && b.top < a.bottom - TINY
  )
}

const many: AFile[] = Array.from({ length: 300 }, (_, nth) => ({
  path: `lib${nth % 9}/part${nth}.ts`,
  lines: 20 + ((nth * 37) % 200),
}))

/** How far files moved, as shares of the width of the whole: the middle one and the worst. */
function moved(before: readonly AFile[], after: readonly AFile[]): { middle: number; worst: number } {
  const [a, b] = [laidOut(before), laidOut(after)]
  const far = before.flatMap(({ path }) => {
    const [one, other] = [fileNode(a.model, path), fileNode(b.model, path)]
    if (one === undefined || other === undefined) return []
    const [p, q] = [edges(a.layout, one), edges(b.layout, other)]
    return [Math.hypot(p.left - q.left, p.top - q.top) / 1250]
  })
  far.sort((p, q) => p - q)
  return { middle: far[Math.floor(far.length / 2)] ?? 1, worst: far.at(-1) ?? 1 }
}

test('a file that grows by five lines moves no other by more than a hundredth of the view', () => {
  const grown = many.map((one, nth) => (nth === 77 ? { ...one, lines: (one.lines ?? 0) + 5 } : one))
  expect(moved(many, grown).worst).toBeLessThan(0.01)
})

test('a new file moves few others, and those in its own folder', () => {
  const { middle, worst } = moved(many, [...many, { path: 'lib3/new.ts', lines: 60 }])
  expect(middle).toBeLessThan(0.005)
  expect(worst).toBeLessThan(0.2)
})

test('a point finds the innermost thing that is large enough', () => {
  const { model, layout } = laidOut([{ path: 'a/b.ts', symbols: ['run'] }, { path: 'c.ts' }])
  const run = nodeOf(model, 'a/b.ts:run') ?? -1
  const { left, top } = edges(layout, run)
  const place = { x: left + 1, y: top + 1 }
  expect(nodeAt(model, layout, { ...place, least: 1 })).toBe(run)
  expect(nodeAt(model, layout, { ...place, least: 5000 })).toBe(0)
})
