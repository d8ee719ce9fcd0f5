// Kotlin's types: the library's containers as the linker knows them, what may be null as what it is.
import type { TypeFact } from '../facts.ts'
import { lookupType } from '../typescript/reading.ts'
import { namedType, ofType, type, word, type Language, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

const ARRAYS =
  /^(?:Mutable)?(?:List|Set|Collection|Iterable|Iterator|Sequence)$|^(?:Array|ArrayList|ArrayDeque|Flow|HashSet|LinkedHashSet)$/
const MAPS = /^(?:Mutable|Hash|LinkedHash|Concurrent)?Map$|^ConcurrentHashMap$/
const PLAIN: Record<string, string> = {
  String: 'string',
  Boolean: 'boolean',
  Int: 'number',
  Long: 'number',
  Double: 'number',
  Float: 'number',
}

export const KOTLIN_TYPES: Language['types'] = {
  user_type: (t, node) => userType(t, node),
  nullable_type: (t, node) => type(t, node.kids[0]),
  parenthesized_type: (t, node) => type(t, node.kids[0]),
  type_projection: (t, node) => type(t, node.kids.at(-1)),
  function_type: (t, node) => ({ is: 'function', fn: { params: [], returns: type(t, node.kids.at(-1)) } }),
}

/** The type that is written in a parameter or variable; undefined where none is. */
export const typeIn = (t: Tree, node: TreeNode | undefined): TypeFact | undefined => {
  const written = node?.kids.find((one) => Object.hasOwn(KOTLIN_TYPES, one.type))
  return written && type(t, written)
}

function userType(t: Tree, node: TreeNode): TypeFact {
  const names = node.kids.filter((one) => one.type === 'identifier')
  const args = (ofType(node, 'type_arguments')?.kids ?? []).map((one) => type(t, one))
  const [first, ...rest] = names
  const name = word(t, first)
  if (!first) return { is: 'unknown' }
  if (rest.length > 0) {
    // `Outer.Inner`; a name with its package is not followed.
    const outer = /^\p{Lu}/u.test(name) ? namedType(t, first) : undefined
    return outer?.is === 'name' ? { ...outer, path: rest.map((one) => word(t, one)) } : { is: 'unknown' }
  }
  const known = lookupType(t.r, name) === undefined ? ofLibrary(name, args) : undefined
  return known ?? namedType(t, first, args)
}

function ofLibrary(name: string, args: TypeFact[]): TypeFact | undefined {
  if (ARRAYS.test(name)) return { is: 'name', name: 'Array', args }
  if (MAPS.test(name)) return { is: 'name', name: 'Map', args }
  if (name === 'Deferred') return { is: 'name', name: 'Promise', args }
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined
  return plain === undefined ? undefined : { is: 'primitive', name: plain }
}
