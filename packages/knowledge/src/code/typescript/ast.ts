// Reads the parser's tree without trusting its shape: every field is checked when it is taken.

export interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

// Asked of every field of every node: reading the field at once is half the price of looking first whether it is there.
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string' // oxlint-disable-line typescript/no-unsafe-type-assertion

export function child(node: Node, field: string): Node | undefined {
  const value = node[field]
  return isNode(value) ? value : undefined
}

/** The nodes of a list field, holes left out. */
export function list(node: Node | undefined, field: string): Node[] {
  const value = node?.[field]
  if (!Array.isArray(value)) return []
  // Almost no list has a hole, so most need no copy. A hole is null, and nothing else in the parser's lists is no node.
  return value.includes(null) ? value.filter(isNode) : (value as Node[]) // oxlint-disable-line typescript/no-unsafe-type-assertion
}

/** The same with its holes, where the position counts (`[, b]`). */
export function slots(node: Node, field: string): (Node | undefined)[] {
  const value: unknown = node[field]
  return Array.isArray(value) ? value.map((one) => (isNode(one) ? one : undefined)) : []
}

export const text = (node: Node | undefined, field: string): string | undefined => {
  const value = node?.[field]
  return typeof value === 'string' ? value : undefined
}

export const flag = (node: Node | undefined, field: string): boolean => node?.[field] === true

/** The name that an identifier, a private name or a literal key stands for; undefined for what is computed. */
export function nameOf(node: Node | undefined): string | undefined {
  switch (node?.type) {
    case undefined:
      return undefined
    case 'Literal':
      return typeof node?.['value'] === 'string' || typeof node?.['value'] === 'number'
        ? String(node['value'])
        : undefined
    case 'PrivateIdentifier':
      return `#${text(node, 'name')}`
    case 'TemplateLiteral':
      return node && templateText(node)
    default:
      return text(node, 'name')
  }
}

/** The member's name in a class, interface or object: undefined if it is computed from anything but a literal. */
export function keyOf(node: Node): string | undefined {
  const key = child(node, 'key')
  if (flag(node, 'computed') && key?.type !== 'Literal') return symbolKey(key)
  return nameOf(key)
}

/** `Symbol.iterator` is as good as a name. */
function symbolKey(key: Node | undefined): string | undefined {
  if (key?.type !== 'MemberExpression') return undefined
  const owner = nameOf(child(key, 'object'))
  return owner === 'Symbol' ? `@@${nameOf(child(key, 'property'))}` : undefined
}

export function templateText(node: Node): string | undefined {
  const quasis = list(node, 'quasis')
  if (list(node, 'expressions').length > 0) return undefined
  const value = quasis[0]?.['value']
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return undefined
  return typeof value.cooked === 'string' ? value.cooked : undefined
}

/** Calls back with every direct child. */
export function eachChild(node: Node, visit: (one: Node) => void): void {
  for (const field in node) {
    const value = node[field]
    // Most fields are a name, a place or a mark.
    if (typeof value !== 'object') continue
    if (Array.isArray(value)) eachNode(value, visit)
    else if (isNode(value)) visit(value)
  }
}

function eachNode(values: readonly unknown[], visit: (one: Node) => void): void {
  for (const one of values) if (isNode(one)) visit(one)
}

const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'])

type FunctionNode = Node & { type: 'ArrowFunctionExpression' | 'FunctionExpression' | 'FunctionDeclaration' }

export const isFunction = (node: Node | undefined): node is FunctionNode =>
  node !== undefined && FUNCTIONS.has(node.type)

const WRAPPERS = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'ParenthesizedExpression',
  'TSTypeAssertion',
])

/** Takes off parentheses and assertions. */
export function bare(node: Node | undefined): Node | undefined {
  let at = node
  while (at && WRAPPERS.has(at.type)) at = child(at, 'expression')
  return at
}
