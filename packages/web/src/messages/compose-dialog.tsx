// A new message: to whom, what, with which files, and when; what was begun stays when the dialog is closed.
import { Send, Trash2 } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import type { InputOf, Message } from '@tutti/core'
import { api } from '../data/api.ts'
import { faultCode, faultText } from '../data/fault-text.ts'
import { toast, toastError } from '../data/toast-store.ts'
import { keyLabel } from '../keys/chord.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextArea, TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import { AddressField } from './address-field.tsx'
import type { Letter } from './draft.ts'
import { draftName, useDraft, type DraftInHand } from './drafts.ts'
import { showMessage } from './news.ts'
import { AttachButton, pasteInto, UploadList } from './upload-list.tsx'
import { nameOf } from './who.ts'
import css from './compose-dialog.module.css'

interface Props {
  /** '' for nobody yet. */
  to: string
  onClose: () => void
  onSent: (message: Message) => void
}

export function ComposeDialog({ to, onClose, onSent }: Props) {
  // Each recipient that an address names has a draft of its own: no words for one may end up with another.
  const draft = useDraft(draftName({ to }))
  const [given, setGiven] = useState(draft.letter.to === '' ? to : '')
  // Whom the address names, until somebody writes another name.
  const letter = given === '' ? draft.letter : { ...draft.letter, to: given }
  const [busy, setBusy] = useState(false)
  const [unknown, setUnknown] = useState<string | undefined>()
  const ready = letter.to.trim() !== '' && letter.text.trim() !== '' && !draft.isSending
  const send = async () => {
    if (!ready || busy) return
    setBusy(true)
    try {
      const { messages } = await api.sendMessage({
        ...letterOf(letter),
        attachments: draft.fileIds,
        key: draft.key,
      })
      messages.forEach(showMessage)
      draft.clear()
      told(messages, onSent)
      onClose()
    } catch (error) {
      if (faultCode(error)?.startsWith('message.recipient')) setUnknown(faultText(error))
      else toastError(faultText(error))
    } finally {
      setBusy(false)
    }
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void send()
  }
  return (
    <Dialog
      title={t('mail.write')}
      onClose={onClose}
      wide
      actions={
        <Actions
          draft={draft}
          isLater={letter.at !== ''}
          busy={busy}
          ready={ready}
          onSend={() => void send()}
          onClose={onClose}
        />
      }
    >
      {/* The chord works in each of its fields. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <form
        className={css.form}
        onKeyDown={press}
        onPaste={pasteInto(draft)}
        onSubmit={(event) => event.preventDefault()}
      >
        <Words
          letter={letter}
          set={draft.set}
          unknown={unknown}
          onTo={(value) => {
            setGiven('')
            setUnknown(undefined)
            draft.set({ to: value })
          }}
        />
        <UploadList files={draft.files} remove={draft.remove} />
        <div className={css.line}>
          <AttachButton onFiles={draft.add} />
          <span className={css.hint}>{t('mail.attach-hint')}</span>
        </div>
        <More letter={letter} set={draft.set} />
      </form>
    </Dialog>
  )
}

interface ActionsProps {
  draft: DraftInHand
  /** It is to be delivered at a time that is named. */
  isLater: boolean
  busy: boolean
  ready: boolean
  onSend: () => void
  onClose: () => void
}

const Actions = ({ draft, isLater, busy, ready, onSend, onClose }: ActionsProps) => (
  <>
    <span className={css.hint}>{t('mail.send-hint', { keys: keyLabel('mod+enter') })}</span>
    {draft.isBegun && (
      <Button
        kind="quiet"
        icon={<Trash2 />}
        onClick={() => {
          draft.discard()
          onClose()
        }}
      >
        {t('mail.discard')}
      </Button>
    )}
    <Button kind="quiet" onClick={onClose}>
      {t('mail.later')}
    </Button>
    <Button kind="primary" icon={<Send />} busy={busy} disabled={!ready} onClick={onSend}>
      {isLater ? t('mail.schedule') : t('mail.send')}
    </Button>
  </>
)

interface FieldsProps {
  letter: Letter
  set: (change: Partial<Letter>) => void
}

interface WordsProps extends FieldsProps {
  /** Why nobody is meant by what stands in "to". */
  unknown: string | undefined
  onTo: (value: string) => void
}

const Words = ({ letter, set, unknown, onTo }: WordsProps) => (
  <>
    <AddressField value={letter.to} autoStart={letter.to === ''} error={unknown} onValue={onTo} />
    <TextField
      label={t('mail.subject')}
      optional
      maxLength={256}
      value={letter.subject}
      onChange={(event) => set({ subject: event.target.value })}
    />
    <TextArea
      label={t('mail.text')}
      rows={9}
      value={letter.text}
      autoStart={letter.to !== ''}
      onText={(text) => set({ text })}
    />
  </>
)

const TYPES = ['notification', 'request', 'task', 'update', 'alert'] as const
const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const
const LIVES = ['', '60', '1440', '10080'] as const

const More = ({ letter, set }: FieldsProps) => (
  <div className={css.more}>
    <Field label={t('mail.type')}>
      {(ids) => (
        <Select {...ids} value={letter.type} onChange={(event) => set({ type: event.target.value })}>
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {t(`mail.type-${type}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
    <Field label={t('mail.priority')}>
      {(ids) => (
        <Select
          {...ids}
          value={letter.priority}
          onChange={({ target }) =>
            set({ priority: PRIORITIES.find((one) => one === target.value) ?? 'normal' })
          }
        >
          {PRIORITIES.map((one) => (
            <option key={one} value={one}>
              {t(`mail.priority-${one}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
    <TextField
      label={t('mail.when')}
      type="datetime-local"
      optional
      value={letter.at}
      onChange={(event) => set({ at: event.target.value })}
    />
    <Field label={t('mail.expires')}>
      {(ids) => (
        <Select
          {...ids}
          value={letter.expiresIn}
          onChange={(event) => set({ expiresIn: event.target.value })}
        >
          {LIVES.map((minutes) => (
            <option key={minutes} value={minutes}>
              {minutes === '' ? t('common.never') : t(`mail.expires-${minutes}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  </div>
)

const letterOf = ({ to, subject, text, type, priority, at, expiresIn }: Letter): InputOf<'sendMessage'> => ({
  to: to.trim(),
  text,
  type,
  priority,
  ...(subject.trim() === '' ? {} : { subject: subject.trim() }),
  ...(at === '' ? {} : { deliverAt: new Date(at).getTime() }),
  ...(expiresIn === '' ? {} : { expiresIn: Number(expiresIn) }),
})

function told(messages: readonly Message[], onSent: (message: Message) => void): void {
  const [first] = messages
  if (!first) return
  const says =
    messages.length > 1
      ? t('mail.sent-n', { n: messages.length })
      : t('mail.sent', { name: nameOf(first.to) })
  toast(says, { action: { label: t('mail.open'), run: () => onSent(first) } })
}
