// What type a place expects: from it follow the parameters of the function that stands there.
import type { Expected } from '../facts.ts'
import { chosen, inferred } from './calls.ts'
import { awaited, elementOf, libraryCallback } from './library.ts'
import { UNKNOWN, siteOf, union, type Link, type SitePlace, type Value, writtenType } from './value.ts'

export interface ExpectedParameter {
  expected: Expected
  at: number
  rest: boolean
}

export function expectedParameter(link: Link, file: string, given: ExpectedParameter): Value {
  const whole = expectedValue(link, file, given.expected)
  return given.rest ? UNKNOWN : parameterOf(link, whole, given.at)
}

export function expectedValue(link: Link, file: string, expected: Expected): Value {
  let value = expected.type ? link.type(file, expected.type) : UNKNOWN
  if (expected.site !== undefined)
    value = argumentOf(link, { file, at: expected.site, without: expected.argument ?? 0 })
  for (const step of expected.path) value = stepInto(link, value, step)
  return value
}

function stepInto(link: Link, value: Value, step: string): Value {
  if (step === '()') return link.returned(value)
  if (step === '[]') return elementOf(link, value)
  if (step === 'await') return awaited(value)
  return link.member(value, step.slice(1))
}

/** What the callee takes as its argument there. */
function argumentOf(link: Link, place: SitePlace & { without: number }): Value {
  const site = siteOf(link, place)
  if (!site) return UNKNOWN
  const callee = link.expression(place.file, site.callee)
  if (site.how === 'jsx') return parameterOf(link, callee, 0)
  return taken(link, callee, place)
}

function taken(link: Link, callee: Value, place: SitePlace & { without: number }): Value {
  if (callee.is === 'union') return union(callee.of.map((one) => taken(link, one, place)))
  if (callee.is === 'method' || callee.is === 'global') return libraryCallback(link, callee, place)
  const fn =
    callee.is === 'class'
      ? constructorOf(link, callee)
      : callee.is === 'instance'
        ? link.member(callee, '()')
        : callee
  if (fn.is !== 'fn') return UNKNOWN
  const picked = chosen(fn, siteOf(link, place))
  if (!picked) return UNKNOWN
  const env = inferred(link, fn, { fn: picked, place })
  return parameterOf(link, { ...fn, fns: [picked], env }, place.without)
}

function constructorOf(link: Link, of: Extract<Value, { is: 'class' }>): Value {
  const maker = link.member({ is: 'instance', file: of.file, symbol: of.symbol, args: [] }, 'constructor')
  return maker
}

export function parameterOf(link: Link, fn: Value, at: number): Value {
  switch (fn.is) {
    case 'callback':
      return fn.params[at] ?? UNKNOWN
    case 'union':
      return union(fn.of.map((one) => parameterOf(link, one, at)))
    case 'all':
      return fn.of.map((one) => parameterOf(link, one, at)).find((one) => one.is !== 'unknown') ?? UNKNOWN
    case 'instance': {
      const made = link.member(fn, '()')
      return made.is === 'fn' ? ownParameter(link, made, at) : UNKNOWN
    }
    case 'fn':
      return ownParameter(link, fn, at)
    default:
      return UNKNOWN
  }
}

function ownParameter(link: Link, fn: Extract<Value, { is: 'fn' }>, at: number): Value {
  const params = fn.fns[0]?.params ?? []
  const last = params.at(-1)
  const param = params[at] ?? (last?.rest ? last : undefined)
  if (!param) return UNKNOWN
  const type = writtenType(link, fn.file, param)
  if (!type) return link.bindingValue(fn.file, param.binding)
  const value = link.type(fn.file, type, fn)
  return param.rest ? elementOf(link, value) : value
}
