// Java's and C#'s generic types: the library's containers as the linker knows them.
import type { TypeFact } from '../facts.ts'
import { namedType, ofType, type, word, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

const ARRAYS =
  /^(?:List|ArrayList|LinkedList|Set|HashSet|Collection|Iterable|Iterator|Stream|Queue|Deque|IEnumerable|IList|ICollection|IReadOnlyList|HashSet)$/

export function generic(t: Tree, node: TreeNode): TypeFact {
  const head = node.kids[0]
  const args = (ofType(node, 'type_arguments', 'type_argument_list')?.kids ?? []).map((one) => type(t, one))
  const name = word(t, head)
  if (ARRAYS.test(name)) return { is: 'name', name: 'Array', args }
  if (/^(?:Map|HashMap|TreeMap|Dictionary|IDictionary|ConcurrentHashMap)$/.test(name))
    return { is: 'name', name: 'Map', args }
  if (/^(?:Optional|Supplier|AtomicReference)$/.test(name)) return args[0] ?? { is: 'unknown' }
  if (/^(?:Task|ValueTask|CompletableFuture)$/.test(name)) return { is: 'name', name: 'Promise', args }
  return head ? namedType(t, head, args) : { is: 'unknown' }
}
