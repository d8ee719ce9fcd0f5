// What a reference page is put together from: titled lists, and ways to what they name.
import type { ReactNode } from 'react'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { atLine, fileNode } from './model.ts'
import { shortName, type PageNode, type Related } from './page-data.ts'

interface PartProps<T> {
  title: string
  items: readonly T[]
  children: (item: T) => ReactNode
}

export function Part<T>({ title, items, children }: PartProps<T>) {
  if (items.length === 0) return null
  return (
    <section aria-label={title}>
      <h3>
        {title} <span className={css.dim}>{items.length}</span>
      </h3>
      <ul>
        {items.map((item, index) => (
          <li key={index}>{children(item)}</li>
        ))}
      </ul>
    </section>
  )
}

interface ToProps extends SideProps {
  file: string
  /** 0 for the file or folder as a whole. */
  line: number
  text: string
  note: string
}

/** Leads to the symbol at a line; plain text where the picture does not have the file. */
export function To({ model, onGo, file, line, text, note }: ToProps) {
  const at = fileNode(model, file === '.' ? '' : file)
  return (
    <>
      {at === undefined ? (
        foreignText(text)
      ) : (
        <button
          type="button"
          className={css.link}
          onClick={() => onGo(line > 0 ? atLine(model, at, line) : at)}
        >
          {foreignText(text)}
        </button>
      )}{' '}
      <span className={css.dim}>{foreignText(note)}</span>
    </>
  )
}

const CERTAIN = 0.9

export const ToRelated = ({
  one,
  at,
  ...props
}: SideProps & { one: Related; at: { file: string; line: number } }) => (
  <To
    {...props}
    {...at}
    text={shortName(one.node)}
    note={[
      one.node.file === at.file ? `${at.file}:${at.line}` : one.node.file,
      ...(one.confidence < CERTAIN ? [t('map.page-likely')] : []),
    ].join(' · ')}
  />
)

/** What it holds, with the first line of what it says of itself. */
export const ToMember = ({ one, ...props }: SideProps & { one: PageNode }) => (
  <To
    {...props}
    file={one.file}
    line={one.path === '' ? 0 : one.line}
    text={one.line > 0 && one.path !== '' ? one.name : (one.file.split('/').at(-1) ?? one.name)}
    note={one.doc.split('\n', 1)[0] || one.kind}
  />
)
