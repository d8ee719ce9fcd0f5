// Rust's `use`: trees of paths, each leaf a name.
import { importName, kid, word, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

export function importUse(t: Tree, node: TreeNode | undefined, above: readonly string[]): void {
  if (!node) return
  const parts = (one: TreeNode | undefined) => (one ? word(t, one).replaceAll(/\s/g, '').split('::') : [])
  if (node.type === 'scoped_use_list') {
    const path = [...above, ...parts(kid(node, 'path'))]
    for (const one of kid(node, 'list')?.kids ?? []) importUse(t, one, path)
  } else if (node.type === 'use_as_clause')
    importOne(t, node, { parts: [...above, ...parts(kid(node, 'path'))], local: word(t, kid(node, 'alias')) })
  else if (node.type === 'use_wildcard') importWild(t, node, [...above, ...parts(node.kids[0])])
  else if (node.type === 'use_list') for (const one of node.kids) importUse(t, one, above)
  else importOne(t, node, { parts: [...above, ...parts(node)] })
}

function importWild(t: Tree, node: TreeNode, parts: string[]): void {
  // In a module written in place, `super` is this file, whose names are around it anyway.
  if (inPlace(t) && parts[0] === 'super') return
  const specifier = `rs:${parts.join('::')}`
  importName(t, { local: `${specifier}::*`, specifier, name: '*', node })
  t.r.facts.stars.push(specifier)
}

function importOne(t: Tree, node: TreeNode, given: { parts: string[]; local?: string }): void {
  const isSelf = given.parts.at(-1) === 'self' && given.parts.length > 1
  const parts = isSelf ? given.parts.slice(0, -1) : given.parts
  const name = parts.at(-1) ?? ''
  const local = given.local ?? name
  if (parts.length < 2 || (inPlace(t) && parts[0] === 'super')) return
  importName(t, {
    local,
    specifier: `rs:${parts.slice(0, -1).join('::')}`,
    name,
    node,
    // A `use` in a function or module is known there only.
    scope: t.r.scope,
    also: `rs:${parts.join('::')}`,
  })
}

const inPlace = (t: Tree): boolean => t.r.facts.symbols[t.r.symbol]?.kind === 'namespace'
