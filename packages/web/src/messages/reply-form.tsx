// The answer at the end of a thread: it goes to whoever wrote the message that is answered, within the thread.
import { Send, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Message, Party } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import { keyLabel } from '../keys/chord.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { draftName, useDraft } from './drafts.ts'
import { showMessage } from './news.ts'
import { AttachButton, pasteInto, UploadList } from './upload-list.tsx'
import { nameOf } from './who.ts'
import css from './reply-form.module.css'

interface Props {
  /** The message that is answered. */
  to: Message
  name: Party
  /** Somebody has chosen this one, so the keyboard goes there. */
  isChosen: boolean
}

export function ReplyForm({ to, name, isChosen }: Props) {
  const draft = useDraft(draftName({ answers: to.id }))
  const { text } = draft.letter
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (isChosen) field.current?.focus()
  }, [isChosen])
  useCommand('mail.reply', () => field.current?.focus())
  const ready = text.trim() !== '' && !draft.isSending
  const send = async () => {
    if (!ready || busy) return
    setBusy(true)
    const sent = await attempt(() =>
      api.replyMessage({ id: to.id, text, type: 'response', attachments: draft.fileIds, key: draft.key }),
    )
    setBusy(false)
    if (!sent) return
    showMessage(sent)
    draft.clear()
    toast(t('mail.sent', { name: nameOf(sent.to) }))
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape')
      field.current?.closest<HTMLElement>('section')?.querySelector('article')?.focus()
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void send()
  }
  return (
    <form
      className={css.form}
      aria-label={t('mail.reply-to', { name: nameOf(name) })}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <textarea
        ref={field}
        className={css.field}
        rows={3}
        dir="auto"
        value={text}
        aria-label={t('mail.reply-to', { name: nameOf(name) })}
        placeholder={t('mail.reply-to', { name: nameOf(name) })}
        onChange={(event) => draft.set({ text: event.target.value })}
        onKeyDown={press}
        onPaste={pasteInto(draft)}
      />
      <UploadList files={draft.files} remove={draft.remove} />
      <div className={css.foot}>
        <AttachButton onFiles={draft.add} />
        <span className={css.hint}>{t('mail.send-hint', { keys: keyLabel('mod+enter') })}</span>
        {draft.isBegun && (
          <Button kind="quiet" icon={<Trash2 />} onClick={draft.discard}>
            {t('mail.discard')}
          </Button>
        )}
        <Button kind="primary" type="submit" icon={<Send />} busy={busy} disabled={!ready}>
          {t('mail.send')}
        </Button>
      </div>
    </form>
  )
}
