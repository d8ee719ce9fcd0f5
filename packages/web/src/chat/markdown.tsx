// Foreign Markdown as elements of our own: the library only reads it, so no HTML of anybody is ever made or run.
import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import { createElement, memo, useMemo, type ReactNode } from 'react'
import { Copy } from 'lucide-react'
import { copyText } from '../data/clipboard.ts'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { linkTarget } from './link-target.ts'
import css from './markdown.module.css'

const LONGEST = 100_000 // characters; a longer text is a dump and not prose
const DEEPEST = 24 // levels; nobody nests that deep but to break a reader

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const tokens = useMemo(() => parsed(text), [text])
  return (
    <div className={css.markdown} dir="auto">
      {tokens ? nodes(tokens, 0) : <p className={css.plain}>{foreignText(text)}</p>}
    </div>
  )
})

/** Null where it is shown as it is: too long, or nested until the reader gave up. */
function parsed(text: string): Token[] | null {
  if (text.length > LONGEST) return null
  try {
    return Lexer.lex(text, { gfm: true })
  } catch {
    return null // the library's own recursion ran out; the text itself is as good
  }
}

const nodes = (tokens: readonly Token[] | undefined, depth: number): ReactNode[] =>
  (tokens ?? []).map((token, index) => <Node key={index} token={token} depth={depth + 1} />)

function Node({ token, depth }: { token: Token; depth: number }): ReactNode {
  if (depth > DEEPEST) return foreignText(token.raw)
  // Without extensions the lexer makes its own tokens only; the library types the open case as well.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const known = token as MarkedToken
  const draw = BLOCKS[known.type] ?? INLINE[known.type]
  return draw ? draw(known, depth) : foreignText(token.raw)
}

type Draw = (token: MarkedToken, depth: number) => ReactNode

const inside = (token: MarkedToken, depth: number): ReactNode =>
  'tokens' in token ? nodes(token.tokens, depth) : foreignText(token.raw)

const BLOCKS: Readonly<Partial<Record<MarkedToken['type'], Draw>>> = {
  space: () => null,
  def: () => null,
  hr: () => <hr />,
  paragraph: (token, depth) => <p>{inside(token, depth)}</p>,
  blockquote: (token, depth) => <blockquote>{inside(token, depth)}</blockquote>,
  heading: (token, depth) =>
    // Below the headings of the page, whatever the text makes of itself.
    createElement(token.type === 'heading' && token.depth > 2 ? 'h5' : 'h4', null, inside(token, depth)),
  code: (token) => token.type === 'code' && <Code lang={token.lang ?? ''} text={token.text} />,
  list: (token, depth) => token.type === 'list' && <List list={token} depth={depth} />,
  table: (token, depth) => token.type === 'table' && <Table table={token} depth={depth} />,
  // HTML is text like any other.
  html: (token) => <span className={css.raw}>{foreignText(token.raw)}</span>,
}

const INLINE: Readonly<Partial<Record<MarkedToken['type'], Draw>>> = {
  text: (token, depth) =>
    token.type === 'text' && (token.tokens ? nodes(token.tokens, depth) : decoded(token.text)),
  escape: (token) => token.type === 'escape' && foreignText(token.text),
  strong: (token, depth) => <strong>{inside(token, depth)}</strong>,
  em: (token, depth) => <em>{inside(token, depth)}</em>,
  del: (token, depth) => <del>{inside(token, depth)}</del>,
  br: () => <br />,
  codespan: (token) => token.type === 'codespan' && <code>{foreignText(token.text)}</code>,
  link: (token, depth) =>
    token.type === 'link' && <Anchor href={token.href}>{nodes(token.tokens, depth)}</Anchor>,
  // Fetching a picture would tell its server who reads this and when.
  image: (token) => token.type === 'image' && <Anchor href={token.href}>{token.text || token.href}</Anchor>,
  checkbox: (token) =>
    token.type === 'checkbox' && <input type="checkbox" checked={token.checked} disabled readOnly />,
}

const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
}

const decoded = (text: string): string =>
  foreignText(text).replaceAll(
    /&(lt|gt|amp|quot|nbsp|#39);/g,
    (entity, name: string) => NAMED[name] ?? entity,
  )

function Anchor({ href, children }: { href: string; children: ReactNode }) {
  const target = linkTarget(href)
  // What leads nowhere safe stays readable, address and all.
  if (target === null) return <span data-tip={foreignText(href)}>{children}</span>
  return (
    <a href={target} target="_blank" rel="noopener noreferrer nofollow" data-tip={foreignText(target)}>
      {children}
    </a>
  )
}

const Code = ({ lang, text }: { lang: string; text: string }) => (
  <div className={css.code}>
    <div className={css.codeHead}>
      <span>{foreignText(lang)}</span>
      <IconButton label={t('chat.copy-code')} onClick={() => void copyText(text)}>
        <Copy />
      </IconButton>
    </div>
    {/* A long line scrolls, so the keyboard must reach it. */}
    {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
    <pre tabIndex={0}>{foreignText(text)}</pre>
  </div>
)

function List({ list, depth }: { list: Tokens.List; depth: number }) {
  const items = list.items.map((item, index) => <li key={index}>{nodes(item.tokens, depth)}</li>)
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>
}

const Table = ({ table, depth }: { table: Tokens.Table; depth: number }) => (
  <div className={css.scroll}>
    <table>
      <thead>
        <tr>
          {table.header.map((cell, index) => (
            <th key={index} style={{ textAlign: cell.align ?? 'start' }}>
              {nodes(cell.tokens, depth)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, at) => (
          <tr key={at}>
            {row.map((cell, index) => (
              <td key={index} style={{ textAlign: cell.align ?? 'start' }}>
                {nodes(cell.tokens, depth)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
