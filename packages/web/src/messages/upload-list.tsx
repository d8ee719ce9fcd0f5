// The files of a letter that is being written: how far each is, and the way to leave it out.
import { Paperclip, X } from 'lucide-react'
import { useRef, type ClipboardEvent } from 'react'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { byteSize } from '../ui/relative-time.ts'
import { t } from '../words/words.ts'
import type { DraftInHand } from './drafts.ts'
import css from './file-list.module.css'

type Props = Pick<DraftInHand, 'files' | 'remove'>

export function UploadList({ files, remove }: Props) {
  if (files.length === 0) return null
  return (
    <ul className={css.files} aria-label={t('mail.files')}>
      {files.map((file) => (
        <li key={file.key} className={css.file} data-state={file.state}>
          <Paperclip />
          <bdi className={css.name}>{foreignText(file.name)}</bdi>
          {file.state === 'sending' && (
            <progress value={file.part} aria-label={t('mail.file-part', { name: file.name })} />
          )}
          {file.state === 'failed' ? (
            <span className={css.problem} role="alert">
              {file.problem}
            </span>
          ) : (
            <span className={css.dim}>{byteSize(file.sizeBytes)}</span>
          )}
          <IconButton
            label={t(file.state === 'sending' ? 'mail.file-cancel' : 'mail.file-remove', {
              name: foreignText(file.name),
            })}
            onClick={() => remove(file)}
          >
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

/** For a field or form: files that are pasted go with the letter, words where they always go. */
export const pasteInto =
  ({ add }: Pick<DraftInHand, 'add'>) =>
  (event: ClipboardEvent): void => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    add(event.clipboardData.files)
  }

export function AttachButton({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('mail.attach')}
        onChange={({ target }) => {
          onFiles(target.files ?? [])
          target.value = ''
        }}
      />
      <IconButton label={t('mail.attach')} onClick={() => input.current?.click()}>
        <Paperclip />
      </IconButton>
    </>
  )
}
