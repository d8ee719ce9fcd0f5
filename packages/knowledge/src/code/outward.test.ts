// Which exported names stand for something else after an edit: too few would leave edges behind, too many cost every save.
import { expect, test } from 'vitest'
import { changedNames } from './outward.ts'
import { extractTypeScript } from './typescript/extract.ts'

function changed(before: string, after: string): string[] | 'any' {
  const names = changedNames(extractTypeScript('a.ts', before), extractTypeScript('a.ts', after))
  return names ? [...names].sort() : 'any'
}

const FILE = `import { Lid } from './lid'
export class Box { lid = new Lid(); open() { return this.lid } }
export function make() { return new Box() }
export const tools = { text: () => make(), other: 1 }
export function alone(n: number) { return n }
function hidden() { return make() }
`

test('what moves, is commented or computes something else inside stands for the same', () => {
  expect(changed(FILE, `// A note.\n\n${FILE}`)).toEqual([])
  expect(changed(FILE, FILE.replace('return n }', 'console.log(n); return n }'))).toEqual([])
  expect(changed(FILE, FILE.replace('function hidden() { return make() }', 'function hidden() {}'))).toEqual(
    [],
  )
})

test('a name that is new or gone is changed, and no other', () => {
  expect(changed(FILE, `${FILE}export const added = make()\n`)).toEqual(['added'])
  expect(changed(FILE, FILE.replace('export function alone', 'function alone'))).toEqual(['alone'])
})

test('a change reaches every name that leads to it, however far', () => {
  expect(changed(FILE, FILE.replace('return this.lid', 'return 1'))).toEqual(['Box', 'make', 'tools'])
  expect(changed(FILE, FILE.replace('alone(n: number)', 'alone(n: Box)'))).toEqual(['alone'])
})

test('a member whose name is also a word of the facts is compared like any other', () => {
  expect(changed(FILE, FILE.replace('text: () => make()', 'text: () => alone(1)'))).toEqual(['tools'])
})

test('an interface that joins a class, and a namespace that joins a function, change what they join', () => {
  expect(changed(FILE, `${FILE}export interface Box { shut(): Lid }\n`)).toEqual(['Box', 'make', 'tools'])
  expect(changed(FILE, `${FILE}export namespace alone { export const twice = make }\n`)).toEqual(['alone'])
})

test('a circle of names is one change', () => {
  const circle = (last: string) =>
    `export class A { b() { return new B() } }\nexport class B { a() { return ${last} } }\nexport class C {}\n`
  expect(changed(circle('new A()'), circle('new A()'))).toEqual([])
  expect(changed(circle('new A()'), circle('new C()'))).toEqual(['A', 'B'])
})

test('what is passed on from another module, and a module that is one value, may be any name', () => {
  expect(changed(FILE, `${FILE}export * from './lid'\n`)).toBe('any')
  expect(changed('const a = 1\nexport = a\n', 'const a = { b() {} }\nexport = a\n')).toBe('any')
  expect(changed(FILE, `${FILE}export { Lid as Cover } from './lid'\n`)).toEqual(['Cover'])
})
