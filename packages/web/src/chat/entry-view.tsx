// One entry of a conversation with all its parts; everything but words is folded until somebody looks.
import { Brain, Check, CircleX, LoaderCircle } from 'lucide-react'
import { memo } from 'react'
import { subjectOf, type Entry, type Part } from '@tutti/core'
import { DiffView } from '../attention/diff-view.tsx'
import { ToolInput } from '../attention/tool-input.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { Fold } from './fold.tsx'
import { Markdown } from './markdown.tsx'
import { ToolOutput } from './tool-output.tsx'
import css from './entry-view.module.css'

export const EntryView = memo(function EntryView({ entry, inThread }: { entry: Entry; inThread: boolean }) {
  const isPerson = entry.role === 'person'
  return (
    <article className={css.entry} data-role={entry.role} data-thread={inThread || undefined}>
      {isPerson && (
        <header className={css.head}>
          <strong>{t('chat.you')}</strong>
          <span className={css.dim}>
            <Time at={entry.at} />
          </span>
        </header>
      )}
      {entry.parts.map((part, index) => (
        <PartView key={index} part={part} id={`${entry.id} ${index}`} />
      ))}
    </article>
  )
})

function PartView({ part, id }: { part: Part; id: string }) {
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} />
    case 'thinking':
      return (
        <Fold
          id={id}
          summary={
            <>
              <Brain />
              <span className={css.dim}>{t('chat.thinking')}</span>
              <span className={css.line} dir="auto">
                {foreignText(firstLine(part.text))}
              </span>
            </>
          }
        >
          <div className={css.thinking}>
            <Markdown text={part.text} />
          </div>
        </Fold>
      )
    case 'tool':
      return <ToolView part={part} id={id} />
    case 'diff':
      return <DiffView path={part.path} diff={part.diff} />
    case 'image':
      return <Picture media={part.media} data={part.data} />
    case 'note':
      return <p className={css.note}>{foreignText(part.text)}</p>
    default:
      return part satisfies never
  }
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 200) ?? ''

type Tool = Extract<Part, { type: 'tool' }>

function ToolView({ part, id }: { part: Tool; id: string }) {
  const subject = subjectOf({ title: '', input: part.input })
  return (
    <Fold
      id={id}
      summary={
        <>
          <ToolState part={part} />
          <span className={css.tool}>{foreignText(part.name)}</span>
          <code className={css.line} dir="ltr">
            {foreignText(subject?.split('\n', 1)[0]?.slice(0, 200) ?? '')}
          </code>
          {part.durationMs !== null && <span className={css.dim}>{seconds(part.durationMs)}</span>}
        </>
      }
    >
      <ToolInput input={part.input} />
      {part.output !== null && part.output !== '' && <ToolOutput text={part.output} failed={part.failed} />}
    </Fold>
  )
}

function ToolState({ part }: { part: Tool }) {
  const [icon, word, kind] =
    part.output === null && !part.failed
      ? [<LoaderCircle key="icon" />, t('chat.tool-running'), 'running']
      : part.failed
        ? [<CircleX key="icon" />, t('chat.tool-failed'), 'failed']
        : [<Check key="icon" />, t('chat.tool-done'), 'done']
  return (
    <span className={css.state} data-kind={kind} data-tip={word}>
      {icon}
      <span className="visually-hidden">{word}</span>
    </span>
  )
}

const seconds = (ms: number): string =>
  new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    maximumFractionDigits: ms < 10_000 ? 1 : 0,
  }).format(ms / 1000)

// What a browser draws without running anything; SVG is not among them.
const DRAWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

const Picture = ({ media, data }: { media: string; data: string | null }) =>
  data !== null && DRAWN.has(media) ? (
    <img className={css.picture} src={`data:${media};base64,${data}`} alt={t('chat.image')} />
  ) : (
    <p className={css.note}>{t('chat.image-lost')}</p>
  )
