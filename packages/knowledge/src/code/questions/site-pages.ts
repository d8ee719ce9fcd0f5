// The pages of the site as HTML. All names, comments and lines in them are anybody's: shown as text, never as markup.
import { TEST_FILE } from '../test-file.ts'
import type { MapNode } from './nodes.ts'
import type { Overview } from './overview.ts'
import type { SiteFacts, SiteUses } from './site-facts.ts'

/** Name, kind, file (a folder ends in a slash), line or 0, what it says of itself. */
export type Entry = readonly [name: string, kind: string, file: string, line: number, says: string]

/** Where the page of a file, or of a folder that ends in a slash, lies. */
export const pageName = (path: string): string =>
  path.endsWith('/') ? `folders/${path === './' ? '_root' : path.slice(0, -1)}.html` : `files/${path}.html`

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const quoted = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => NAMED[one] ?? one)

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.55 system-ui,sans-serif;max-width:56rem;margin:0 auto;padding:1rem}
header{display:flex;gap:.75rem;flex-wrap:wrap}h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:2rem 0 .25rem;overflow-wrap:anywhere}
small,.dim{opacity:.75;font-weight:400;font-size:.85rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:.5rem .7rem;border-radius:6px;margin:.4rem 0}
ul{padding-inline-start:1.2rem}li{overflow-wrap:anywhere}details{margin:.3rem 0}input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem}:target{outline:2px solid Highlight;outline-offset:6px}`

const html = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${quoted(title)}</title><style>${STYLE}</style><body>${body}</body></html>\n`

/** From a page to the top of the site. */
const upFrom = (page: string): string => '../'.repeat(page.split('/').length - 1)

/** To a file or folder, or to a symbol on its page. */
function link(from: string, to: string | readonly [path: string, symbol: string], words: string): string {
  const [path, symbol] = typeof to === 'string' ? [to, ''] : to
  const hash = symbol === '' ? '' : `#${encodeURIComponent(symbol)}`
  const address = upFrom(from) + pageName(path).split('/').map(encodeURIComponent).join('/') + hash
  return `<a href="${quoted(address)}">${quoted(words)}</a>`
}

/** What a file or folder is called, of a folder with its slash: the way to it stands above. */
const lastPart = (path: string): string => /[^/]*\/?$/.exec(path)?.[0] || path

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((one) => `<li>${one}</li>`).join('')}</ul>`

const paragraphs = (text: string): string =>
  text === '' ? '' : `<p>${quoted(text).replaceAll(/\n\s*\n/g, '</p><p>')}</p>`

/** To the index and to each folder above. */
function trail(page: string, path: string): string {
  const parts = path.split('/').slice(0, -1)
  const folders = parts.map((name, at) => link(page, `${parts.slice(0, at + 1).join('/')}/`, name))
  return `<header><a href="${upFrom(page)}index.html">Index</a>${folders.map((one) => `<span>› ${one}</span>`).join('')}</header>`
}

const places = (n: number): string => (n === 1 ? '1 place' : `${n} places`)

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

interface FilePage {
  file: string
  says: string
  nodes: readonly MapNode[]
  facts: SiteFacts
}

export function filePage({ file, says, nodes, facts }: FilePage): string {
  const page = pageName(file)
  const changed = facts.changed.get(file)
  const agents = facts.agents.get(file) ?? []
  const about = [
    changed ? `Last changed ${day(changed.at)} by ${changed.author}: ${changed.subject}` : '',
    agents.length > 0 ? `Changed by agents: ${[...new Set(agents.map((one) => one.name))].join(', ')}` : '',
  ].filter((one) => one !== '')
  const symbols = nodes
    .filter((one) => one.path !== '')
    .map((one) => {
      const by = agents.filter(({ symbol }) => symbol === one.path).map(({ name }) => name)
      return `<section id="${quoted(one.path)}"><h2>${quoted(one.path)} <small>${quoted(one.kind)}, line ${one.line}</small></h2>${
        one.signature && one.kind !== 'section' ? `<pre>${quoted(one.signature)}</pre>` : ''
      }${paragraphs(one.doc)}${usesOf(page, facts.uses.get(one.id))}${
        by.length > 0 ? `<p class="dim">Changed by agents: ${quoted([...new Set(by)].join(', '))}</p>` : ''
      }</section>`
    })
  return html(
    file,
    `${trail(page, file)}<h1>${quoted(lastPart(file))}</h1>${paragraphs(says)}${about.map((one) => `<p class="dim">${quoted(one)}</p>`).join('')}${symbols.join('')}`,
  )
}

function usesOf(page: string, uses: SiteUses | undefined): string {
  if (!uses) return ''
  const examples = uses.examples.map(
    (one) =>
      `<pre>${quoted(one.text)}</pre><p class="dim">${link(page, one.file, `${one.file}:${one.line}`)}</p>`,
  )
  const by = uses.by.map((one) =>
    link(page, [one.file, one.path], `${one.path || one.file} · ${one.file}:${one.line}`),
  )
  return `${examples.length > 0 ? `<details><summary>Examples from tests</summary>${examples.join('')}</details>` : ''}${
    by.length > 0 ? `<details><summary>Used in ${places(uses.count)}</summary>${list(by)}</details>` : ''
  }`
}

interface FolderPage {
  place: MapNode
  says: string
  overview: Overview
  inside: readonly (readonly [path: string, says: string])[]
}

export function folderPage({ place, says, overview, inside }: FolderPage): string {
  const page = pageName(`${place.file}/`)
  const near = (title: string, of: Overview['uses']) =>
    of.length === 0
      ? ''
      : `<h2>${title}</h2>${list(of.map((one) => `${link(page, `${one.folder}/`, one.folder)} <small>${places(one.places)}</small>`))}`
  const most = overview.most.map(
    ({ node, uses }) =>
      `${link(page, [node.file, node.path], node.path)} <small>${places(uses)}${node.doc ? ` · ${quoted(node.doc.split('\n', 1)[0] ?? '')}` : ''}</small>`,
  )
  const members = inside
    .filter(([path]) => !TEST_FILE.test(path))
    .map(
      ([path, words]) =>
        `${link(page, path, lastPart(path))}${words === '' ? '' : ` <small>${quoted(words)}</small>`}`,
    )
  return html(
    place.name,
    `${trail(page, place.file)}<h1>${quoted(lastPart(place.name))} <small>${quoted(place.kind)}</small></h1>${paragraphs(says)}${list(members)}${
      most.length > 0 ? `<h2>Most used from elsewhere</h2>${list(most)}` : ''
    }${near('Used by', overview.usedBy)}${near('Uses', overview.uses)}`,
  )
}

/** Search without a server: the names are in a script beside it. */
export function indexPage(given: {
  title: string
  places: readonly MapNode[]
  says: (place: MapNode) => string
}): string {
  const { title, places, says } = given
  const packages = places.filter((one) => one.kind === 'package')
  const shown = packages.length > 0 ? packages : places
  const items = shown.map((one) => {
    const words = says(one)
    return `${link('index.html', `${one.file}/`, one.name)}${words === '' ? '' : ` <small>${quoted(words.slice(0, 200))}</small>`}`
  })
  return html(
    title,
    `<h1>${quoted(title)}</h1><p><input type="search" aria-label="Search symbols, documents and files" placeholder="Search symbols, documents and files"></p><p id="count" class="dim" aria-live="polite"></p><ul id="found"></ul><h2>${packages.length > 0 ? 'Packages' : 'Folders'}</h2>${list(items)}<p class="dim"><a href="llms.txt">llms.txt</a></p><script src="search.js"></script><script>${SEARCH}</script>`,
  )
}

/** Names before what is said; an exact name before all. */
const SEARCH = `const q=document.querySelector('input'),o=document.querySelector('#found'),c=document.querySelector('#count')
const page=f=>(f.endsWith('/')?'folders/'+(f==='./'?'_root':f.slice(0,-1)):'files/'+f).split('/').map(encodeURIComponent).join('/')+'.html'
const rank=(e,w)=>{const n=e[0].toLowerCase(),all=(n+' '+e[2]+' '+e[4]).toLowerCase();if(!w.every(x=>all.includes(x)))return -1;const s=w.join(' ');return n===s||n.endsWith('.'+s)?3:n.startsWith(s)?2:w.every(x=>n.includes(x))?1:0}
const item=e=>{const l=document.createElement('li'),a=document.createElement('a'),s=document.createElement('small');a.href=page(e[2])+(e[3]>0?'#'+encodeURIComponent(e[0]):'');a.textContent=e[0];s.textContent=' '+e[1]+(e[3]>0?' · '+e[2]+':'+e[3]:'')+(e[4]?' · '+e[4]:'');l.append(a,s);return l}
q.oninput=()=>{const w=q.value.toLowerCase().split(/\\s+/).filter(Boolean);const f=w.length?ENTRIES.map(e=>[rank(e,w),e]).filter(x=>x[0]>=0).sort((a,b)=>b[0]-a[0]||a[1][0].length-b[1][0].length):[];c.textContent=w.length?f.length+' found':'';o.replaceChildren(...f.slice(0,100).map(x=>item(x[1])))}`
