// A file of the working copy at its lines, to read; and the way into an editor.
import { useLayoutEffect, useRef, useState } from 'react'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Select } from '../ui/field.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { EDITORS, chooseEditor, chosenEditor, editorAddress, isEditor } from './editors.ts'
import css from './file-dialog.module.css'

/** Lines from and to, from 1; 0 for none. */
export interface OpenFile {
  file: string
  from: number
  to: number
}

export function FileDialog({ folder, at, onClose }: { folder: string; at: OpenFile; onClose: () => void }) {
  const source = useLoaded(`source ${folder} ${at.file}`, () => api.mapSource({ folder, file: at.file }))
  return (
    <Dialog
      title={foreignText(at.file)}
      onClose={onClose}
      wide
      actions={<InEditor folder={folder} at={at} />}
    >
      {source.state === 'loading' && <Skeleton lines={12} />}
      {source.state === 'failed' && <ErrorState message={source.message} onRetry={source.retry} />}
      {source.state === 'ready' && <Source text={source.value.text} at={at} />}
    </Dialog>
  )
}

/** One text and one column of numbers, whatever the file's length: it scrolls as a plain page does. */
function Source({ text, at }: { text: string; at: OpenFile }) {
  const band = useRef<HTMLDivElement>(null)
  const lines = text.replace(/\n$/, '').split('\n').length
  useLayoutEffect(() => {
    // Nothing is given back: newer browsers answer with a promise, and React would take it for a clean-up.
    band.current?.scrollIntoView({ block: 'start' })
  }, [])
  return (
    // It is scrolled by keys, too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={css.source} tabIndex={0} aria-label={foreignText(at.file)}>
      {at.from > 0 && (
        <div
          ref={band}
          className={css.band}
          style={{
            insetBlockStart: `calc(${at.from - 1} * var(--line-height))`,
            blockSize: `calc(${at.to - at.from + 1} * var(--line-height))`,
          }}
        >
          <span className="visually-hidden">{t('map.file-lines', { from: at.from, to: at.to })}</span>
        </div>
      )}
      <pre className={css.numbers} aria-hidden>
        {Array.from({ length: lines }, (_, index) => index + 1).join('\n')}
      </pre>
      <pre className={css.text}>{foreignText(text)}</pre>
    </section>
  )
}

function InEditor({ folder, at }: { folder: string; at: OpenFile }) {
  const [editor, setEditor] = useState(chosenEditor)
  return (
    <div className={css.editor}>
      <label>
        {t('map.editor-choose')}{' '}
        <Select
          value={editor ?? ''}
          onChange={({ target }) => {
            chooseEditor(target.value)
            setEditor(isEditor(target.value) ? target.value : null)
          }}
        >
          <option value="">{t('map.editor-none')}</option>
          {Object.keys(EDITORS).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </label>
      {editor && <a href={editorAddress(editor, folder, at)}>{t('map.editor', { name: editor })}</a>}
    </div>
  )
}
