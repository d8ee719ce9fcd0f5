// Go's imports: a package by its path, under its last word.
import { importName, kid, word, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

export function importAll(t: Tree, node: TreeNode): void {
  const specs = node.kids.flatMap((one) => (one.type === 'import_spec_list' ? one.kids : [one]))
  for (const one of specs) {
    const path = word(t, kid(one, 'path')).replaceAll(/["`]/g, '')
    const alias = word(t, kid(one, 'name'))
    const last =
      path
        .replace(/\/v\d+$/, '')
        .split('/')
        .at(-1) ?? path
    if (alias === '_' || path === '') continue
    importName(t, {
      local: alias && alias !== '.' ? alias : last.replace(/^go-|-go$|\.go$/g, ''),
      specifier: `go:${path}`,
      name: '*',
      node: one,
    })
  }
}
