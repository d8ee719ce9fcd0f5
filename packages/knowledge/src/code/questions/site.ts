// The documentation as files: a page for each file with its symbols, an index to search in, and llms.txt for language models.
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'
import { readNodes, type MapNode } from './nodes.ts'
import { outline, outlineLine } from './rank.ts'

const LLMS_TOKENS = 8000

/** What the repository is, its documents and its most used symbols: the form of llmstxt.org. */
export function llmsText(map: CodeMap, tokens = LLMS_TOKENS): string {
  const sections = readNodes(
    map.store,
    `where n.copy = ? and n.kind = 'section' and n.parent = '' order by f.path, n.line`,
    COPY,
  )
  const readme = sections.find((one) => /^readme\./i.test(one.file))
  const lines = [`# ${readme?.name ?? basename(map.root)}`, '']
  const says = firstParagraph(readme?.doc ?? '')
  if (says) lines.push(`> ${says}`, '')
  const documents = [...new Map(sections.map((one) => [one.file, one])).values()]
  if (documents.length > 0) lines.push('## Docs', '')
  for (const one of documents)
    lines.push(`- [${one.name}](${one.file}): ${firstParagraph(one.doc).slice(0, 160)}`)
  lines.push('', '## Code', '')
  for (const { file, symbols } of outline(map, tokens))
    lines.push(`- [${file}](${file})`, ...symbols.map((one) => `  ${outlineLine(one).trimEnd()}`))
  return `${lines.join('\n')}\n`
}

const firstParagraph = (text: string): string =>
  (text.split(/\n\s*\n/).find((one) => /^[\w*[`"']/.test(one.trim())) ?? '').replaceAll(/\s+/g, ' ').trim()

/** Writes the site into the folder; gives the number of pages. */
export function writeSite(map: CodeMap, folder: string): number {
  const nodes = readNodes(
    map.store,
    `where n.copy = ? and n.file is not null and (n.nested = 0 or n.kind = 'section') and n.kind <> 'test' order by f.path, n.line`,
    COPY,
  )
  const byFile = Map.groupBy(nodes, (one) => one.file)
  for (const [file, list] of byFile) write(folder, pageName(file), page(file, list))
  const entries = nodes
    .filter((one) => one.path !== '')
    .map((one) => [one.path, one.kind, one.file, one.line])
  write(folder, 'index.html', index(basename(map.root), [...byFile.keys()], entries))
  write(folder, 'llms.txt', llmsText(map))
  return byFile.size + 1
}

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name)
  // A name in the map is a path below its root; it stays below the folder too.
  if (relative(folder, path).startsWith('..')) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const pageName = (file: string) => join('files', `${file}.html`)

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const quoted = (text: string) => text.replaceAll(/[&<>"]/g, (one) => NAMED[one] ?? one)

const STYLE =
  'body{font:15px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}pre{white-space:pre-wrap;background:#8882;padding:.5rem}a{color:inherit}input{width:100%;font:inherit;padding:.5rem}'

const html = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${quoted(title)}</title><style>${STYLE}</style><body>${body}</body></html>\n`

function page(file: string, nodes: readonly MapNode[]): string {
  const up = '../'.repeat(file.split('/').length)
  const parts = nodes
    .filter((one) => one.path !== '')
    .map(
      (one) =>
        `<section id="${quoted(one.path)}"><h2>${quoted(one.path)} <small>${quoted(one.kind)}, line ${one.line}</small></h2>${one.signature ? `<pre>${quoted(one.signature)}</pre>` : ''}${one.doc ? `<p>${quoted(one.doc).replaceAll('\n\n', '</p><p>')}</p>` : ''}</section>`,
    )
  return html(file, `<p><a href="${up}index.html">Index</a></p><h1>${quoted(file)}</h1>${parts.join('')}`)
}

/** Search without a server: the names are in the page. */
function index(title: string, files: readonly string[], entries: readonly unknown[]): string {
  const data = JSON.stringify(entries).replaceAll('<', String.raw`\u003c`)
  const list = files.map((one) => `<li><a href="${quoted(encodeURI(pageName(one)))}">${quoted(one)}</a></li>`)
  const script = `const E=${data},q=document.querySelector('input'),o=document.querySelector('#found');q.oninput=()=>{const w=q.value.toLowerCase().split(/\\s+/).filter(Boolean);o.replaceChildren(...(w.length?E.filter(e=>w.every(x=>(e[0]+' '+e[2]).toLowerCase().includes(x))).slice(0,100):[]).map(e=>{const l=document.createElement('li'),a=document.createElement('a');a.href='files/'+encodeURI(e[2])+'.html#'+encodeURIComponent(e[0]);a.textContent=e[0]+' ('+e[1]+', '+e[2]+':'+e[3]+')';l.append(a);return l}))}`
  return html(
    title,
    `<h1>${quoted(title)}</h1><input type="search" aria-label="Search"><ul id="found"></ul><h2>Files</h2><ul>${list.join('')}</ul><script>${script}</script>`,
  )
}
