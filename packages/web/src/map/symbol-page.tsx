// The reference page of a file or symbol: signature, comment, examples from tests, who uses it, who changed it, who is at it.
import { FileText, Send, Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { foreignText } from '../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { FOLDER, SYMBOL, atLine, fileNode, idOf } from './model.ts'
import { placeOf } from './node-menu.tsx'

export function SymbolPage(props: SideProps) {
  const { model, focus } = props
  if (model.levels[focus] === FOLDER) return <p className={css.count}>{t('map.page-folder')}</p>
  return <PageOf key={idOf(model, focus)} {...props} />
}

/** As the map writes it. */
interface PageData {
  node: {
    file: string
    path: string
    kind: string
    line: number
    signature: string
    doc: string
    complexity: number
  }
  members: { path: string; name: string; kind: string; file: string; line: number; doc: string }[]
  examples: { file: string; line: number; text: string }[]
  callers: Related[]
  callees: Related[]
  documents: { file: string; line: number; title: string }[]
  touched: { author: string; last: number; subject: string; commits: number }[]
}

interface Related {
  node: { file: string; path: string; name: string; kind: string; line: number }
  kind: string
  confidence: number
  file: string
  line: number
}

const CERTAIN = 0.9

function PageOf(props: SideProps) {
  const { folder, model, focus, live } = props
  const id = idOf(model, focus)
  const loaded = useLoaded(`map page ${folder} ${id} ${model.stamp}`, () =>
    api.mapPage({ folder, symbol: id, tokens: 50 }),
  )
  if (loaded.state === 'loading') return <Skeleton />
  if (loaded.state === 'failed') return <ErrorState message={loaded.message} onRetry={loaded.retry} />
  // The daemon of the same release writes it in this shape.
  const [page] = loaded.value.data as PageData[] // oxlint-disable-line typescript/no-unsafe-type-assertion
  if (!page) return null
  const { node } = page
  const here = (live?.work ?? []).filter((one) => one.file === node.file)
  return (
    <article className={css.page} aria-label={t('map.page')}>
      <header>
        <h2>{foreignText(node.path || node.file)}</h2>
        <p className={css.dim}>
          {node.kind}
          {node.complexity > 0 && ` · ${t('map.page-complexity', { n: node.complexity })}`} ·{' '}
          <button type="button" className={css.link} onClick={() => props.onOpen(placeOf(model, focus))}>
            {foreignText(node.file)}:{node.line}
          </button>
        </p>
      </header>
      <Acts {...props} />
      {node.signature !== '' && <pre className={css.signature}>{foreignText(node.signature)}</pre>}
      {node.doc !== '' && <p className={css.doc}>{foreignText(node.doc)}</p>}
      <Part title={t('map.page-agents')} items={here}>
        {(one) => (
          <>
            {one.name}{' '}
            <span className={css.dim}>
              {one.did === 'changed' ? t('map.work-changed') : t('map.work-read')} <Time at={one.at} />
            </span>
          </>
        )}
      </Part>
      <Part title={t('map.page-members')} items={model.levels[focus] === SYMBOL ? page.members : []}>
        {(one) => <To {...props} file={one.file} line={one.line} text={one.name} note={one.kind} />}
      </Part>
      <Part title={t('map.page-examples')} items={page.examples}>
        {(one) => (
          <>
            <pre className={css.example}>{foreignText(one.text)}</pre>
            <To {...props} file={one.file} line={one.line} text={`${one.file}:${one.line}`} note="" />
          </>
        )}
      </Part>
      <Part title={t('map.page-callers')} items={page.callers}>
        {(one) => <ToRelated {...props} one={one} at={{ file: one.file, line: one.line }} />}
      </Part>
      <Part title={t('map.page-callees')} items={page.callees}>
        {(one) => <ToRelated {...props} one={one} at={one.node} />}
      </Part>
      <Part title={t('map.page-documents')} items={page.documents}>
        {(one) => <To {...props} file={one.file} line={one.line} text={one.title} note={one.file} />}
      </Part>
      <Part title={t('map.page-touched')} items={page.touched}>
        {(one) => (
          <>
            {foreignText(one.author)}{' '}
            <span className={css.dim}>
              {foreignText(one.subject)} · <Time at={one.last} />
            </span>
          </>
        )}
      </Part>
    </article>
  )
}

function Acts({ model, focus, menuOf, onOpen }: SideProps) {
  const run = (label: string) => () => {
    const entry = menuOf(focus).find((one) => 'run' in one && one.label === label)
    if (entry && 'run' in entry) entry.run()
  }
  return (
    <div className={css.acts}>
      <button type="button" onClick={() => onOpen(placeOf(model, focus))}>
        <FileText aria-hidden /> {t('map.open')}
      </button>
      <button type="button" onClick={run(t('map.impact'))}>
        <Waypoints aria-hidden /> {t('map.impact')}
      </button>
      <button type="button" onClick={run(t('map.send'))}>
        <Send aria-hidden /> {t('map.send')}
      </button>
    </div>
  )
}

interface PartProps<T> {
  title: string
  items: readonly T[]
  children: (item: T) => ReactNode
}

function Part<T>({ title, items, children }: PartProps<T>) {
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
  line: number
  text: string
  note: string
}

/** Leads to the symbol at a line; plain text where the picture does not have the file. */
function To({ model, onGo, file, line, text, note }: ToProps) {
  const at = fileNode(model, file)
  return (
    <>
      {at === undefined ? (
        foreignText(text)
      ) : (
        <button type="button" className={css.link} onClick={() => onGo(atLine(model, at, line))}>
          {foreignText(text)}
        </button>
      )}{' '}
      <span className={css.dim}>{foreignText(note)}</span>
    </>
  )
}

const ToRelated = ({
  one,
  at,
  ...props
}: SideProps & { one: Related; at: { file: string; line: number } }) => (
  <To
    {...props}
    {...at}
    text={one.node.path || one.node.name}
    note={[
      one.node.file === at.file ? `${at.file}:${at.line}` : one.node.file,
      ...(one.confidence < CERTAIN ? [t('map.page-likely')] : []),
    ].join(' · ')}
  />
)
