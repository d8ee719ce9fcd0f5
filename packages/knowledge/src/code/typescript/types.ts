// Reads types as written: names bound to their declarations, members of literals, functions.
import { memberOf } from '../facts.ts'
import type { FunctionFact, TypeFact } from '../facts.ts'
import { child, eachChild, flag, keyOf, list, nameOf, text, type Node } from './ast.ts'
import { addImport } from './declare.ts'
import { readParams, readTypeParams } from './functions.ts'
import {
  addMember,
  addSymbol,
  declare,
  inScope,
  lookup,
  lookupType,
  refer,
  symbolAt,
  within,
  type Reading,
} from './reading.ts'

const UNKNOWN_TYPE: TypeFact = { is: 'unknown' }

export type ReadType = (r: Reading, node: Node) => TypeFact

const primitive =
  (name: string): ReadType =>
  () => ({ is: 'primitive', name })

export const TYPES: Record<string, ReadType> = {
  TSTypeAnnotation: (r, node) => r.type(child(node, 'typeAnnotation')),
  TSParenthesizedType: (r, node) => r.type(child(node, 'typeAnnotation')),
  TSTypeReference: (r, node) => named(r, child(node, 'typeName'), argsOf(r, node)),
  TSClassImplements: (r, node) => named(r, child(node, 'expression'), argsOf(r, node)),
  TSInterfaceHeritage: (r, node) => named(r, child(node, 'expression'), argsOf(r, node)),
  TSArrayType: (r, node) => ({ is: 'array', of: r.type(child(node, 'elementType')) }),
  TSTupleType: (r, node) => ({
    is: 'tuple',
    of: list(node, 'elementTypes').map((one) => tupleElement(r, one)),
  }),
  TSOptionalType: (r, node) => r.type(child(node, 'typeAnnotation')),
  TSRestType: (r, node) => r.type(child(node, 'typeAnnotation')),
  TSUnionType: (r, node) => ({ is: 'union', of: list(node, 'types').map((one) => r.type(one)) }),
  TSIntersectionType: (r, node) => ({ is: 'all', of: list(node, 'types').map((one) => r.type(one)) }),
  TSFunctionType: (r, node) => ({ is: 'function', fn: signature(r, node) }),
  TSConstructorType: (r, node) => ({ is: 'function', fn: signature(r, node), constructs: true }),
  TSTypeLiteral: literalType,
  TSTypeOperator: (r, node) => {
    const inner = r.type(child(node, 'typeAnnotation'))
    return text(node, 'operator') === 'readonly' ? inner : UNKNOWN_TYPE
  },
  TSTypeQuery: query,
  TSIndexedAccessType: (r, node) => ({
    is: 'indexed',
    of: r.type(child(node, 'objectType')),
    key: r.type(child(node, 'indexType')),
  }),
  TSLiteralType: literal,
  TSImportType: importType,
  TSTypePredicate: (r, node) => {
    const type = r.type(child(node, 'typeAnnotation'))
    const name = nameOf(child(node, 'parameterName'))
    const binding = name === undefined || flag(node, 'asserts') ? undefined : lookup(r, name)
    return binding === undefined ? { is: 'guard' } : { is: 'guard', binding, type }
  },
  TSThisType: () => ({ is: 'this' }),
  TSStringKeyword: primitive('string'),
  TSNumberKeyword: primitive('number'),
  TSBooleanKeyword: primitive('boolean'),
  TSBigIntKeyword: primitive('bigint'),
  TSSymbolKeyword: primitive('symbol'),
  TSVoidKeyword: primitive('void'),
  TSUndefinedKeyword: primitive('undefined'),
  TSNullKeyword: primitive('null'),
  TSNeverKeyword: primitive('never'),
  TSConditionalType: conditional,
  TSMappedType: (r, node) => {
    inScope(r, false, () => {
      const key = nameOf(child(node, 'key')) ?? nameOf(child(child(node, 'typeParameter') ?? node, 'name'))
      if (key) declare(r, key, { kind: 'typeParameter' })
      eachChild(node, (one) => r.visit(one))
    })
    return UNKNOWN_TYPE
  },
}

export function readType(r: Reading, node: Node | undefined): TypeFact {
  if (!node) return UNKNOWN_TYPE
  const read = TYPES[node.type]
  if (read) return read(r, node)
  eachChild(node, (one) => r.visit(one))
  return UNKNOWN_TYPE
}

const argsOf = (r: Reading, node: Node): TypeFact[] =>
  list(child(node, 'typeArguments') ?? child(node, 'typeParameters'), 'params').map((one) => r.type(one))

function tupleElement(r: Reading, node: Node): TypeFact {
  return node.type === 'TSNamedTupleMember' ? r.type(child(node, 'elementType')) : r.type(node)
}

function pathOf(node: Node | undefined): Node[] {
  if (!node) return []
  if (node.type === 'TSQualifiedName')
    return [...pathOf(child(node, 'left')), ...pathOf(child(node, 'right'))]
  if (node.type === 'MemberExpression')
    return [...pathOf(child(node, 'object')), ...pathOf(child(node, 'property'))]
  return [node]
}

function named(r: Reading, node: Node | undefined, args: TypeFact[]): TypeFact {
  const [first, ...rest] = pathOf(node)
  const name = nameOf(first) ?? ''
  const binding = lookupType(r, name)
  const path = rest.map((one) => nameOf(one) ?? '')
  if (binding !== undefined && first) refer(r, binding, { node: first, member: path[0], type: true })
  const made: Extract<TypeFact, { is: 'name' }> =
    binding === undefined ? { is: 'name', name } : { is: 'name', name, binding }
  if (path.length > 0) made.path = path
  if (args.length > 0) made.args = args
  return made
}

function query(r: Reading, node: Node): TypeFact {
  const target = child(node, 'exprName')
  if (target?.type === 'TSImportType') return r.type(target)
  const [first, ...rest] = pathOf(target)
  const name = nameOf(first) ?? ''
  const binding = lookup(r, name)
  if (binding === undefined || !first) return UNKNOWN_TYPE
  refer(r, binding, { node: first, member: nameOf(rest[0]), type: true })
  let of: Extract<TypeFact, { is: 'typeof' }>['of'] = { is: 'ref', binding }
  for (const one of rest) of = { is: 'member', of, name: nameOf(one) ?? '' }
  return { is: 'typeof', of }
}

function literal(r: Reading, node: Node): TypeFact {
  const value = child(node, 'literal')?.['value']
  if (typeof value === 'string') return { is: 'text', value }
  r.visit(child(node, 'literal'))
  return typeof value === 'number' || typeof value === 'boolean'
    ? { is: 'primitive', name: typeof value }
    : UNKNOWN_TYPE
}

function importType(r: Reading, node: Node): TypeFact {
  const source = child(node, 'source') ?? child(node, 'argument')
  const specifier = nameOf(source) ?? nameOf(source && child(source, 'literal')) ?? ''
  if (!specifier) return UNKNOWN_TYPE
  addImport(r, { specifier, type: true, node })
  const path = pathOf(child(node, 'qualifier')).map((one) => nameOf(one) ?? '')
  const args = argsOf(r, node)
  return { is: 'module', specifier, path, ...(args.length > 0 ? { args } : {}) }
}

function conditional(r: Reading, node: Node): TypeFact {
  inScope(r, false, () => {
    declareInferred(r, child(node, 'extendsType'))
    eachChild(node, (one) => r.visit(one))
  })
  return UNKNOWN_TYPE
}

function declareInferred(r: Reading, node: Node | undefined): void {
  if (!node) return
  if (node.type === 'TSInferType') {
    const name = nameOf(child(child(node, 'typeParameter') ?? node, 'name'))
    if (name) declare(r, name, { kind: 'typeParameter' })
  }
  eachChild(node, (one) => declareInferred(r, one))
}

export function signature(r: Reading, node: Node): FunctionFact {
  return within(r, { nested: true }, () =>
    inScope(r, false, () => {
      const fn: FunctionFact = { params: [] }
      readTypeParams(r, node, fn)
      fn.params = readParams(r, node)
      const returns = child(node, 'returnType')
      if (returns) fn.returns = r.type(child(returns, 'typeAnnotation'))
      return fn
    }),
  )
}

/** A literal type without a name is a hidden symbol that holds its members. */
function literalType(r: Reading, node: Node): TypeFact {
  const symbol = hidden(r, () => addSymbol(r, { name: '', kind: 'type', node, parent: -1 }))
  readTypeMembers(r, list(node, 'members'), symbol)
  return { is: 'object', symbol }
}

function hidden(r: Reading, add: () => number): number {
  const at = within(r, { nested: true }, add)
  const symbol = symbolAt(r, at)
  if (symbol) {
    symbol.path = ''
    symbol.signature = ''
  }
  return at
}

export function readTypeMembers(r: Reading, members: readonly Node[], owner: number): void {
  for (const one of members) TYPE_MEMBERS[one.type]?.(r, one, owner)
}

type ReadMember = (r: Reading, node: Node, owner: number) => void

const TYPE_MEMBERS: Record<string, ReadMember> = {
  TSMethodSignature: (r, node, owner) => {
    const kind = text(node, 'kind')
    const fn = signature(r, node)
    if (kind === 'get')
      addTypeMember(r, node, { owner, kind: 'property', name: keyOf(node) }).type = fn.returns ?? UNKNOWN_TYPE
    else if (kind !== 'set')
      (addTypeMember(r, node, { owner, kind: 'method', name: keyOf(node) }).fns ??= []).push(fn)
  },
  TSPropertySignature: (r, node, owner) => {
    const type = r.type(child(node, 'typeAnnotation'))
    const made = addTypeMember(r, node, { owner, kind: 'property', name: keyOf(node) })
    made.type = type
    if (flag(node, 'optional')) made.optional = true
  },
  TSCallSignatureDeclaration: (r, node, owner) => {
    const fn = signature(r, node)
    ;(addTypeMember(r, node, { owner, kind: 'method', name: '()' }).fns ??= []).push(fn)
  },
  TSConstructSignatureDeclaration: (r, node, owner) => {
    const fn = signature(r, node)
    ;(addTypeMember(r, node, { owner, kind: 'method', name: 'new' }).fns ??= []).push(fn)
  },
  TSIndexSignature: (r, node, owner) => {
    addTypeMember(r, node, { owner, kind: 'property', name: '[]' }).type = r.type(
      child(node, 'typeAnnotation'),
    )
  },
}

function addTypeMember(
  r: Reading,
  node: Node,
  given: { owner: number; kind: 'method' | 'property'; name: string | undefined },
) {
  const name = given.name ?? '[computed]'
  const owner = symbolAt(r, given.owner)
  const before = given.name === undefined ? undefined : symbolAt(r, memberOf(owner, name) ?? -1)
  if (before) return before
  const add = () =>
    addSymbol(r, { name, kind: given.kind, node, at: child(node, 'key'), parent: given.owner, outer: node })
  // Members of a literal without a name have none themselves, nor have signatures.
  const isHidden = !owner?.path || SIGNATURES.has(name)
  const at = isHidden ? hidden(r, add) : add()
  addMember(r, given.owner, { name, member: at })
  return r.facts.symbols[at] ?? { type: undefined, fns: undefined, optional: undefined }
}

const SIGNATURES = new Set(['()', 'new', '[]'])
