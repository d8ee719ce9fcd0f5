// The first sentence that a file says of itself: the comment that it begins with, or the first paragraph of a document.
import { readText } from '../tree.ts'

const SAYS_LENGTH = 400
/** Comments and documents begin early or not at all. */
const LOOKED_AT = 6000

/** '' where it begins with code, or with words that only a licence would say. */
export function headOf(root: string, path: string): string {
  const text = (readText(root, path).text ?? '').slice(0, LOOKED_AT)
  const found = /\.(?:mdx?|markdown|rst|adoc|asciidoc)$/i.test(path) ? paragraphIn(text) : commentIn(text)
  return LEGAL.test(found) ? '' : found.slice(0, SAYS_LENGTH)
}

const LEGAL = /copyright|licen[cs]ed? under|all rights reserved|spdx-license|eslint-|@ts-|oxlint-|prettier-/i

/** The first paragraph that begins like a sentence. */
export const paragraphIn = (text: string): string =>
  (
    text
      .replace(/^---\n[\s\S]*?\n---\n/, '')
      .split(/\n\s*\n/)
      .find((one) => /^[\p{L}\d*_[`"'(]/u.test(one.trim()) && !/^\[!\[|^\[[^\]]*\]:/.test(one.trim())) ?? ''
  )
    .replaceAll(/\s+/g, ' ')
    .trim()

const BLOCKS: readonly RegExp[] = [
  /^\/\*+([\s\S]*?)\*\//,
  /^(?:[rRuU]{0,2})("""|''')([\s\S]*?)\1/,
  /^<!--([\s\S]*?)-->/,
  /^=begin([\s\S]*?)=end/,
]

function commentIn(source: string): string {
  const text = source
    .replace(/^\uFEFF/, '')
    .replace(/^#![^\n]*\n/, '')
    .replace(/^<\?php\s*/, '')
    .trimStart()
  for (const block of BLOCKS) {
    const found = block.exec(text)
    if (found) return plain(found.at(-1) ?? '')
  }
  const lines = /^(?:(?:\/\/[/!]?|#!?|--|;;?)[^\n]*\n?)+/.exec(text)?.[0] ?? ''
  // A mark of a preprocessor is no comment.
  return /^#\s*(?:include|define|if|pragma|region|\[)/.test(lines) ? '' : plain(lines)
}

/** Without the marks at the beginnings of lines; the first paragraph of it. */
const plain = (comment: string): string =>
  (
    comment
      .split('\n')
      .map((line) => line.replace(/^\s*(?:\/\/[/!]?|#!?|--|;;?|\*)?\s?/, ''))
      .join('\n')
      .trim()
      .split(/\n\s*\n|\n@/)[0] ?? ''
  )
    .replaceAll(/\s+/g, ' ')
    .trim()
