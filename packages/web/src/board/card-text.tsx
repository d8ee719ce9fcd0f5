// The text of a card: a field that several can write in at once. Yjs comes with it, and so not before a card is opened.
import type { BoardCard } from '@tutti/core'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { api } from '../data/api.ts'
import { faultText } from '../data/fault-text.ts'
import { Field } from '../ui/field.tsx'
import field from '../ui/field.module.css'
import { t } from '../words/words.ts'
import css from './card-dialog.module.css'
import { openTextSession, type Kept, type TextHome, type TextSession } from './text-session.ts'

const MOST = 15_000

const homeOf = (id: BoardCard['id']): TextHome => ({
  read: () => api.getCardText({ id }),
  merge: async (on, update) => (await api.mergeCardText({ id, on, update })).merged,
})

interface Shown {
  text: string
  /** Where the caret and the end of the selection belong. */
  caret: readonly [number, number] | null
}

export function CardText({ card, mayWrite }: { card: BoardCard; mayWrite: boolean }) {
  const { id, text } = card
  const [shown, setShown] = useState<Shown>({ text, caret: null })
  const [kept, setKept] = useState<Kept>({ is: 'kept' })
  const [session, setSession] = useState<TextSession | null>(null)
  const area = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    if (!mayWrite) return undefined
    let mine: TextSession | null = null
    let isOver = false
    const open = async () => {
      const opened = await openTextSession(homeOf(id), {
        kept: setKept,
        changed(now, place) {
          const { selectionStart = 0, selectionEnd = 0 } = area.current ?? {}
          setShown({ text: now, caret: [place(selectionStart), place(selectionEnd)] })
        },
      })
      if (isOver) return
      mine = opened
      setShown({ text: opened.text(), caret: null })
      setSession(opened)
    }
    open().catch((error: unknown) => setKept({ is: 'refused', error }))
    const keep = () => void mine?.keep()
    document.addEventListener('visibilitychange', keep)
    return () => {
      isOver = true
      document.removeEventListener('visibilitychange', keep)
      keep()
    }
  }, [id, mayWrite])

  useEffect(() => session?.heard(text), [session, text])

  // A field that is given another text puts the caret at its end.
  useLayoutEffect(() => {
    if (shown.caret && document.activeElement === area.current)
      area.current?.setSelectionRange(...shown.caret)
  }, [shown])

  return (
    <Field
      label={t('board.text')}
      hint={<KeptNote kept={kept} />}
      error={kept.is === 'refused' ? t('board.text-left', { problem: faultText(kept.error) }) : undefined}
    >
      {(ids) => (
        <textarea
          {...ids}
          ref={area}
          rows={9}
          className={`${field['input']} ${field['area']} ${css.text}`}
          readOnly={session === null}
          value={mayWrite ? shown.text : text}
          maxLength={MOST}
          onChange={({ target }) => {
            setShown({ text: target.value, caret: null })
            session?.typed(target.value)
          }}
        />
      )}
    </Field>
  )
}

const KeptNote = ({ kept }: { kept: Kept }) => (
  <>
    {t('board.text-hint')} <span data-kept={kept.is}>{kept.is === 'waiting' && t('board.text-saving')}</span>
  </>
)
