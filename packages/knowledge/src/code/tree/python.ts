// Python: modules, classes, annotations, attributes set in methods.
import type { Expr, TypeFact } from '../facts.ts'
import { addImport } from '../typescript/declare.ts'
import { UNKNOWN } from '../typescript/reading.ts'
import {
  block,
  call,
  declareClass,
  declareFunction,
  exportAll,
  expression,
  give,
  hoist,
  importName,
  inClass,
  kid,
  kids,
  memberExpr,
  nameExpr,
  namedType,
  ofType,
  readFunction,
  type,
  visit,
  word,
  type Language,
  type NewFunction,
  type Param,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'
import { assign, field, type Known } from './variables.ts'

export const python: Language = {
  name: 'python',
  grammar: 'python',
  files: /\.pyi?$/,
  version: 1,
  comments: /^comment$/,
  branches: new Set([
    'if_statement',
    'elif_clause',
    'for_statement',
    'while_statement',
    'except_clause',
    'boolean_operator',
    'conditional_expression',
    'case_clause',
    'for_in_clause',
  ]),
  hoist: {
    function_definition: (t, node) => void declareFunction(t, node, functionOf(t, node)),
    class_definition: (t, node) =>
      void declareClass(t, node, { name: kid(node, 'name'), exported: true, owner: ownerOf(t) }),
    decorated_definition: (t, node) => hoist(t, kids(node, 'definition')),
    import_statement: (t, node) => importModules(t, node),
    import_from_statement: (t, node) => importNames(t, node),
    // Conditional definitions and imports are definitions and imports.
    if_statement: (t, node) => hoistInside(t, node),
    try_statement: (t, node) => hoistInside(t, node),
    else_clause: (t, node) => hoistInside(t, node),
    except_clause: (t, node) => hoistInside(t, node),
    block: (t, node) => hoist(t, node.kids),
  },
  statements: {
    import_statement: () => undefined,
    import_from_statement: () => undefined,
    function_definition: (t, node) => void readFunction(t, node, functionOf(t, node)),
    class_definition: (t, node) => readClass(t, node),
    return_statement: (t, node) => give(t, node.kids[0]),
    for_statement: (t, node) => {
      bind(t, kid(node, 'left'), { value: { is: 'element', of: expression(t, kid(node, 'right')) } })
      visit(t, kid(node, 'body'))
      visit(t, kid(node, 'alternative'))
    },
    with_item: (t, node) => withItem(t, node),
  },
  expressions: {
    identifier: (t, node) => nameExpr(t, node),
    attribute: (t, node) => memberExpr(t, kid(node, 'object'), word(t, kid(node, 'attribute'))),
    call: (t, node) => readCall(t, node),
    assignment: (t, node) => assignment(t, node),
    await: (t, node) => ({ is: 'await', of: expression(t, node.kids[0]) }),
    string: (t, node) => {
      for (const one of node.kids) visit(t, one)
      return { is: 'literal', type: 'string' }
    },
    subscript: (t, node) => {
      for (const one of kids(node, 'subscript')) visit(t, one)
      return { is: 'element', of: expression(t, kid(node, 'value')) }
    },
    parenthesized_expression: (t, node) => expression(t, node.kids[0]),
    list: (t, node) => ({ is: 'array', of: node.kids.map((one) => expression(t, one)).slice(0, 8) }),
    tuple: (t, node) => ({ is: 'array', of: node.kids.map((one) => expression(t, one)).slice(0, 8) }),
    conditional_expression: (t, node) => ({
      is: 'either',
      of: [expression(t, node.kids[0]), expression(t, node.kids[2])],
    }),
    boolean_operator: (t, node) => ({
      is: 'either',
      of: [expression(t, kid(node, 'left')), expression(t, kid(node, 'right'))],
    }),
    keyword_argument: (t, node) => expression(t, kid(node, 'value')),
    decorator: (t, node) => {
      const value = expression(t, node.kids[0])
      return value.is === 'result' ? value : call(t, node, { callee: value, args: [], how: 'decorate' })
    },
    list_comprehension: (t, node) => comprehension(t, node),
    set_comprehension: (t, node) => comprehension(t, node),
    generator_expression: (t, node) => comprehension(t, node),
    dictionary_comprehension: (t, node) => comprehension(t, node),
  },
  types: {
    type: (t, node) => type(t, node.kids[0]),
    identifier: (t, node) => namedType(t, node),
    none: () => ({ is: 'unknown' }),
    attribute: (t, node) => ({ is: 'typeof', of: { is: 'instance', of: expression(t, node) } }),
    string: (t, node) => quoted(t, node),
    generic_type: (t, node) => generic(t, node),
    subscript: (t, node) => generic(t, node),
    binary_operator: (t, node) => ({
      is: 'union',
      of: [type(t, kid(node, 'left')), type(t, kid(node, 'right'))],
    }),
    union_type: (t, node) => ({ is: 'union', of: node.kids.map((one) => type(t, one)) }),
  },
  finish: (t) => exportAll(t),
}

const ownerOf = (t: Tree): number | undefined => {
  const { self, symbol, fn } = t.r
  return self && !fn && self.symbol === symbol ? symbol : undefined
}

function hoistInside(t: Tree, node: TreeNode): void {
  hoist(t, node.kids)
}

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const owner = ownerOf(t)
  const decorated = decoratorsOf(t, node)
  const isStatic = decorated.includes('staticmethod')
  return {
    name: kid(node, 'name'),
    kind: owner === undefined ? 'function' : 'method',
    exported: owner === undefined,
    params: kid(node, 'parameters'),
    returns: kid(node, 'return_type'),
    body: kid(node, 'body'),
    owner,
    fixed: decorated.includes('classmethod'),
    param: (tree, one, at) => paramOf(tree, one, owner !== undefined && at === 0 && !isStatic),
  }
}

/** The names of the decorators right above a definition. */
const decoratorsOf = (t: Tree, node: TreeNode): string[] =>
  [...t.r.source.slice(Math.max(0, node.start - 200), node.start).matchAll(/@(\w+)\s*(?:\n\s*)/g)].map(
    (one) => one[1] ?? '',
  )

function paramOf(t: Tree, node: TreeNode, isSelf: boolean): Param | undefined {
  const inner = kid(node, 'name') ?? ofType(node, 'identifier') ?? node
  if (!/identifier|parameter/.test(node.type)) return undefined
  const written = kid(node, 'type')
  const value = expression(t, kid(node, 'value'))
  const name = word(t, inner)
  if (isSelf && t.r.self)
    return {
      name,
      isSelf: true,
      value: { is: 'this', symbol: t.r.self.symbol, ...(t.r.self.fixed ? { fixed: true } : {}) },
    }
  return { name, type: written ? type(t, written) : undefined, ...(value === UNKNOWN ? {} : { value }) }
}

function readClass(t: Tree, node: TreeNode): void {
  const symbol = declareClass(t, node, { name: kid(node, 'name'), exported: true, owner: ownerOf(t) })
  const made = t.r.facts.symbols[symbol]
  const bases = (kid(node, 'superclasses')?.kids ?? [])
    .filter((one) => one.type !== 'keyword_argument')
    .map((one) => expression(t, one))
  if (made && bases[0]) made.base = bases[0]
  if (made && bases.length > 1)
    made.supers = bases.slice(1).map((of): TypeFact => ({ is: 'typeof', of: { is: 'instance', of } }))
  inClass(t, symbol, () => block(t, kid(node, 'body')))
}

function readCall(t: Tree, node: TreeNode): Expr {
  const callee = kid(node, 'function')
  const args = kid(node, 'arguments')?.kids ?? []
  if (callee?.type === 'identifier' && word(t, callee) === 'super' && t.r.self)
    return { is: 'super', symbol: t.r.self.symbol }
  const to = callee?.type === 'identifier' ? nameExpr(t, callee, true) : expression(t, callee)
  return call(t, node, { callee: to, args, at: kid(callee, 'attribute') ?? callee })
}

function assignment(t: Tree, node: TreeNode): Expr {
  const left = kid(node, 'left')
  const written = kid(node, 'type')
  const value = expression(t, kid(node, 'right'))
  bind(t, left, { value, type: written && type(t, written) })
  return value
}

function bind(t: Tree, left: TreeNode | undefined, given: Known): void {
  if (!left) return
  if (left.type === 'identifier') bindName(t, left, given)
  else if (/^(?:pattern_list|tuple_pattern|list_pattern)$/.test(left.type)) {
    const of = given.value ?? UNKNOWN
    left.kids.forEach((one, index) => bind(t, one, { value: { is: 'element', of, index } }))
  } else if (left.type === 'attribute') bindAttribute(t, left, given)
  else visit(t, left)
}

function bindName(t: Tree, id: TreeNode, given: Known): void {
  const owner = ownerOf(t)
  if (owner === undefined) assign(t, id, given)
  else field(t, id, { owner, name: word(t, id), ...given })
}

/** `self.name = value` makes a member. */
function bindAttribute(t: Tree, left: TreeNode, given: Known): void {
  const object = kid(left, 'object')
  const target = object?.type === 'identifier' ? nameExpr(t, object, true) : UNKNOWN
  const self = target.is === 'ref' ? t.r.facts.bindings[target.binding] : undefined
  if (self?.kind === 'value' && self.value?.is === 'this')
    field(t, left, { owner: self.value.symbol, name: word(t, kid(left, 'attribute')), ...given })
  else visit(t, left)
}

function withItem(t: Tree, node: TreeNode): void {
  const as = kid(node, 'value') ?? node.kids[0]
  if (as?.type !== 'as_pattern') {
    visit(t, as)
    return
  }
  // What `with` enters is most often the thing itself.
  bind(t, kid(as, 'alias')?.kids[0], { value: expression(t, as.kids[0]) })
}

function comprehension(t: Tree, node: TreeNode): Expr {
  for (const one of node.kids)
    if (one.type === 'for_in_clause')
      bind(t, kid(one, 'left'), { value: { is: 'element', of: expression(t, kid(one, 'right')) } })
  const body = expression(t, kid(node, 'body'))
  for (const one of node.kids) if (one.type === 'if_clause') visit(t, one)
  return { is: 'array', of: [body] }
}

function quoted(t: Tree, node: TreeNode): TypeFact {
  const name = word(t, node).replaceAll(/^["']|["']$/g, '')
  if (!/^\w+$/.test(name)) return { is: 'unknown' }
  return namedType(t, { ...node, start: node.start + 1, end: node.end - 1 })
}

const SAME = new Set('Optional Final ClassVar Annotated Required NotRequired'.split(' '))
const ARRAYS: Record<string, string> = {
  list: 'Array',
  List: 'Array',
  Sequence: 'Array',
  Iterable: 'Array',
  Iterator: 'Array',
  set: 'Array',
  Set: 'Array',
  tuple: 'Array',
  Tuple: 'Array',
  Collection: 'Array',
  AsyncIterator: 'Array',
  Generator: 'Array',
  frozenset: 'Array',
  dict: 'Map',
  Dict: 'Map',
  Mapping: 'Map',
  defaultdict: 'Map',
  Awaitable: 'Promise',
  Coroutine: 'Promise',
}

function generic(t: Tree, node: TreeNode): TypeFact {
  const head = kid(node, 'value') ?? node.kids[0]
  const written = kids(node, 'subscript')
  const inner = written.length > 0 ? written : (ofType(node, 'type_parameter')?.kids ?? [])
  const args = inner.map((one) => type(t, one))
  const known = knownGeneric(word(t, head).split('.').at(-1) ?? '', args)
  if (known) return known
  return head?.type === 'identifier' ? namedType(t, head, args) : type(t, head)
}

function knownGeneric(name: string, args: TypeFact[]): TypeFact | undefined {
  const first = args[0] ?? { is: 'unknown' }
  if (name === 'Union') return { is: 'union', of: args }
  if (name === 'type' || name === 'Type')
    return { is: 'function', fn: { params: [], returns: first }, constructs: true }
  if (SAME.has(name)) return first
  const library = Object.hasOwn(ARRAYS, name) ? ARRAYS[name] : undefined
  return library ? { is: 'name', name: library, args } : undefined
}

function importModules(t: Tree, node: TreeNode): void {
  for (const one of kids(node, 'name')) {
    const dotted = kid(one, 'name') ?? one
    const path = word(t, dotted)
    const alias = kid(one, 'alias')
    // `import a.b` binds a; only the whole module is followed, as `a.b` is how it is used.
    if (alias) importName(t, { local: word(t, alias), specifier: `py:${path}`, name: '*', node: one })
    else if (!path.includes('.'))
      importName(t, { local: path, specifier: `py:${path}`, name: '*', node: one })
    else importPath(t, path, one)
  }
}

/** `import a.b.c`: a is a module whose member b is one. */
function importPath(t: Tree, path: string, node: TreeNode): void {
  const [first = ''] = path.split('.')
  addImport(t.r, { specifier: `py:${path}`, type: false, node })
  importName(t, { local: first, specifier: `py:${first}`, name: '*', node })
}

function importNames(t: Tree, node: TreeNode): void {
  const module = word(t, kid(node, 'module_name')).replaceAll(/\s/g, '')
  const specifier = `py:${module}`
  if (ofType(node, 'wildcard_import')) {
    addImport(t.r, { specifier, type: false, node })
    t.r.facts.stars.push(specifier)
  }
  for (const one of kids(node, 'name')) {
    const name = word(t, kid(one, 'name') ?? one)
    const inner = module.endsWith('.') ? `${specifier}${name}` : `${specifier}.${name}`
    importName(t, { local: word(t, kid(one, 'alias')) || name, specifier, name, node: one, also: inner })
  }
}
