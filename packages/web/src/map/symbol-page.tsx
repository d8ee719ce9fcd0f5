// The reference page of a symbol, file or folder: signature, comment, examples from tests, who uses it, who changed it, who is at it.
import { FileText, GitBranch, Send } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { api } from '../data/api.ts'
import { useLoaded, type Loaded } from '../data/use-loaded.ts'
import { foreignText } from '../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { FILE, FOLDER, askedOf } from './model.ts'
import { placeOf } from './node-menu.tsx'
import { shortName, type AgentTouch, type Neighbour, type PageData } from './page-data.ts'
import { Part, To, ToMember, ToRelated } from './page-parts.tsx'

export const SymbolPage = (props: SideProps) => <PageOf key={askedOf(props.model, props.focus)} {...props} />

function PageOf(props: SideProps) {
  const { folder, model, live, focus } = props
  const id = askedOf(model, focus)
  const loaded = useLoaded(`map page ${folder} ${id} ${model.stamp}`, () =>
    api.mapPage({ folder, symbol: id, tokens: 50 }),
  )
  useReloadAt(live?.touches ?? 0, loaded)
  if (loaded.state === 'loading') return <Skeleton />
  if (loaded.state === 'failed') return <ErrorState message={loaded.message} onRetry={loaded.retry} />
  // The daemon of the same release writes it in this shape.
  const [page] = loaded.value.data as PageData[] // oxlint-disable-line typescript/no-unsafe-type-assertion
  if (!page) return null
  const { node } = page
  return (
    <article className={css.page} aria-label={t('map.page')}>
      <Head {...props} page={page} />
      <Acts {...props} />
      {node.signature !== '' && node.line > 0 && (
        <pre className={css.signature}>{foreignText(node.signature)}</pre>
      )}
      {node.doc !== '' && <p className={css.doc}>{foreignText(node.doc)}</p>}
      <AtIt {...props} page={page} />
      <Part title={t('map.page-members')} items={model.levels[focus] === FILE ? [] : page.members}>
        {(one) => <ToMember {...props} one={one} />}
      </Part>
      {page.overview ? <Overview {...props} of={page.overview} /> : <Uses {...props} page={page} />}
      <Part title={t('map.page-examples')} items={page.examples}>
        {(one) => (
          <>
            <pre className={css.example}>{foreignText(one.text)}</pre>
            <To {...props} file={one.file} line={one.line} text={`${one.file}:${one.line}`} note="" />
          </>
        )}
      </Part>
      <Part title={t('map.page-documents')} items={page.documents}>
        {(one) => <To {...props} file={one.file} line={one.line} text={one.title} note={one.file} />}
      </Part>
      <Part title={t('map.page-touched')} items={page.touched.people}>
        {(one) => (
          <>
            {foreignText(one.author)}{' '}
            <span className={css.dim}>
              {foreignText(one.subject)} · <Time at={one.last} />
            </span>
          </>
        )}
      </Part>
      <Part title={t('map.page-touched-agents')} items={page.touched.agents}>
        {(one) => (
          <>
            {one.name}{' '}
            <span className={css.dim}>
              {foreignText(whatOf(one, node.file))} · <Time at={one.last} />
            </span>
          </>
        )}
      </Part>
    </article>
  )
}

/** An agent's change is told to the map a moment after the save is in it. */
function useReloadAt<T>(touches: number, loaded: Loaded<T>): void {
  const seen = useRef(touches)
  useEffect(() => {
    // What comes while it is read waits until it is read.
    if (touches === seen.current || loaded.state !== 'ready') return
    seen.current = touches
    loaded.reload()
  }, [loaded, touches])
}

/** Where it was one file that was asked for, its name says nothing. */
const whatOf = ({ file, symbols }: AgentTouch, asked: string): string =>
  [...(file === asked ? [] : [file]), ...symbols].join(' ') || file

function Head({ model, focus, page: { node }, onOpen }: SideProps & { page: PageData }) {
  const notes = [
    node.kind,
    node.complexity > 0 ? t('map.page-complexity', { n: node.complexity }) : '',
    model.levels[focus] === FOLDER ? t('map.lines', { n: model.lines[focus] ?? 0 }) : '',
  ]
  return (
    <header>
      <h2>{foreignText(shortName(node))}</h2>
      <p className={css.dim}>
        {notes.filter((one) => one !== '').join(' · ')}
        {node.line > 0 && (
          <>
            {' · '}
            <button type="button" className={css.link} onClick={() => onOpen(placeOf(model, focus))}>
              {foreignText(node.file)}:{node.line}
            </button>
          </>
        )}
      </p>
    </header>
  )
}

/** Agents that are at it now; in a folder also where. */
function AtIt({ page: { node }, ...props }: SideProps & { page: PageData }) {
  const isPlace = node.line === 0
  const isHere = (file: string) =>
    isPlace ? node.file === '.' || file.startsWith(`${node.file}/`) : file === node.file
  return (
    <Part title={t('map.page-agents')} items={(props.live?.work ?? []).filter((one) => isHere(one.file))}>
      {(one) => (
        <>
          {one.name}{' '}
          <span className={css.dim}>
            {one.did === 'changed' ? t('map.work-changed') : t('map.work-read')} <Time at={one.at} />
          </span>{' '}
          {isPlace && <To {...props} {...one} text={one.file} note="" />}
        </>
      )}
    </Part>
  )
}

const Uses = ({ page, ...props }: SideProps & { page: PageData }) => (
  <>
    <Part title={t('map.page-callers')} items={page.callers}>
      {(one) => <ToRelated {...props} one={one} at={{ file: one.file, line: one.line }} />}
    </Part>
    <Part title={t('map.page-callees')} items={page.callees}>
      {(one) => <ToRelated {...props} one={one} at={one.node} />}
    </Part>
  </>
)

const Overview = ({ of, ...props }: SideProps & { of: NonNullable<PageData['overview']> }) => (
  <>
    <Part title={t('map.page-most')} items={of.most}>
      {({ node, uses }) => (
        <To
          {...props}
          file={node.file}
          line={node.line}
          text={node.path}
          note={t('map.page-places', { n: uses })}
        />
      )}
    </Part>
    <Neighbours {...props} title={t('map.page-callers')} items={of.usedBy} />
    <Neighbours {...props} title={t('map.page-callees')} items={of.uses} />
  </>
)

const Neighbours = ({
  title,
  items,
  ...props
}: SideProps & { title: string; items: readonly Neighbour[] }) => (
  <Part title={title} items={items}>
    {({ folder, places }) => (
      <To {...props} file={folder} line={0} text={folder} note={t('map.page-places', { n: places })} />
    )}
  </Part>
)

function Acts({ model, focus, menuOf, onOpen }: SideProps) {
  const run = (label: string) => () => {
    const entry = menuOf(focus).find((one) => 'run' in one && one.label === label)
    if (entry && 'run' in entry) entry.run()
  }
  return (
    <div className={css.acts}>
      {model.levels[focus] !== FOLDER && (
        <button type="button" onClick={() => onOpen(placeOf(model, focus))}>
          <FileText aria-hidden /> {t('map.open')}
        </button>
      )}
      <button type="button" onClick={run(t('map.impact'))}>
        <GitBranch aria-hidden /> {t('map.impact')}
      </button>
      <button type="button" onClick={run(t('map.send'))}>
        <Send aria-hidden /> {t('map.send')}
      </button>
    </div>
  )
}
