// Reads what a module offers to others.
import { bare, child, eachChild, isFunction, list, nameOf, text, type Node } from './ast.ts'
import { addImport, wrapsFunction } from './declare.ts'
import { UNKNOWN, addSymbol, lookup, positionOf, symbolAt, within, type Reading } from './reading.ts'
import { readInitial } from './variables.ts'

export function exportNamed(r: Reading, node: Node): void {
  const declaration = child(node, 'declaration')
  if (declaration) {
    r.visit(declaration)
    if (r.symbol === -1) exportDeclared(r, declaration)
    return
  }
  const specifier = text(child(node, 'source'), 'value')
  if (specifier !== undefined) addImport(r, { specifier, type: text(node, 'exportKind') === 'type', node })
  for (const one of list(node, 'specifiers')) {
    const local = nameOf(child(one, 'local')) ?? ''
    const name = nameOf(child(one, 'exported')) ?? local
    exportOne(r, one, { local, name, specifier })
  }
}

function exportOne(
  r: Reading,
  node: Node,
  given: { local: string; name: string; specifier: string | undefined },
): void {
  if (given.specifier !== undefined) {
    r.facts.exports[given.name] = { kind: 'from', specifier: given.specifier, name: given.local }
    return
  }
  const binding = lookup(r, given.local)
  if (binding === undefined) {
    r.facts.problems.push({
      line: positionOf(r, node.start).line,
      text: `exports ${given.local}, which is not declared`,
    })
    return
  }
  r.facts.exports[given.name] = { kind: 'local', binding }
  markExported(r, binding)
}

function markExported(r: Reading, at: number): void {
  const binding = r.facts.bindings[at]
  if (binding?.kind !== 'symbol') return
  for (const one of binding.symbols) {
    const symbol = symbolAt(r, one)
    if (symbol) symbol.exported = true
  }
}

function exportDeclared(r: Reading, declaration: Node): void {
  const names =
    declaration.type === 'VariableDeclaration'
      ? list(declaration, 'declarations').flatMap((one) => patternNames(child(one, 'id')))
      : [nameOf(child(declaration, 'id')) ?? '']
  for (const name of names) {
    const binding = r.scope.names?.get(name)
    if (binding === undefined) continue
    r.facts.exports[name] = { kind: 'local', binding }
    markExported(r, binding)
  }
}

function patternNames(id: Node | undefined): string[] {
  if (!id) return []
  if (id.type === 'Identifier') return [nameOf(id) ?? '']
  const names: string[] = []
  eachChild(id, (one) => names.push(...patternNames(one.type === 'Property' ? child(one, 'value') : one)))
  return names
}

export function exportDefault(r: Reading, node: Node): void {
  const declaration = child(node, 'declaration')
  if (!declaration) return
  const declared = r.declared.get(declaration)
  if (declared !== undefined) {
    r.visit(declaration)
    const binding = lookup(r, r.facts.symbols[declared]?.name ?? '')
    if (binding !== undefined) r.facts.exports['default'] = { kind: 'local', binding }
    return
  }
  const inner = bare(declaration)
  if (inner?.type === 'Identifier') {
    const binding = lookup(r, nameOf(inner) ?? '')
    r.expression(inner)
    if (binding !== undefined) {
      r.facts.exports['default'] = { kind: 'local', binding }
      markExported(r, binding)
      return
    }
  }
  exportValue(r, declaration)
}

/** `export default () => …` and the like: a symbol called default. */
function exportValue(r: Reading, node: Node): void {
  const inner = bare(node)
  const runs = isFunction(inner) || wrapsFunction(inner)
  const kind = inner?.type === 'ClassExpression' ? 'class' : runs ? 'function' : 'variable'
  const symbol = addSymbol(r, { name: 'default', kind, node, exported: true, outer: node })
  const value = within(r, { symbol }, () => readInitial(r, node, { symbol, id: node }))
  const made = symbolAt(r, symbol)
  if (made && value !== UNKNOWN) made.value = value
  r.facts.exports['default'] = { kind: 'value', value, symbol }
}

export function exportAll(r: Reading, node: Node): void {
  const specifier = text(child(node, 'source'), 'value') ?? ''
  const name = nameOf(child(node, 'exported'))
  addImport(r, { specifier, type: text(node, 'exportKind') === 'type', node })
  if (name) r.facts.exports[name] = { kind: 'from', specifier, name: '*' }
  else if (!r.facts.stars.includes(specifier)) r.facts.stars.push(specifier)
}
