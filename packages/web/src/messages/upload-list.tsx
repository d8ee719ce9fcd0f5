// The files of a letter that is being written: how far each is, and the way to leave it out.
import { Paperclip, X } from 'lucide-react'
import { useRef } from 'react'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { byteSize } from '../ui/relative-time.ts'
import { t } from '../words/words.ts'
import type { Uploads } from './use-uploads.ts'
import css from './file-list.module.css'

export function UploadList({ uploads }: { uploads: Uploads }) {
  if (uploads.files.length === 0) return null
  return (
    <ul className={css.files} aria-label={t('mail.files')}>
      {uploads.files.map((file) => (
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
            onClick={() => uploads.remove(file)}
          >
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
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
