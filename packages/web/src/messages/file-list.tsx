// The files of a message: names as text, and saved only when somebody asks; nothing of them is ever shown as a page.
import { Download, Paperclip } from 'lucide-react'
import type { AttachedFile } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { byteSize } from '../ui/relative-time.ts'
import { t } from '../words/words.ts'
import { saveFile } from './save-file.ts'
import css from './file-list.module.css'

export function FileList({ files }: { files: readonly AttachedFile[] }) {
  if (files.length === 0) return null
  return (
    <ul className={css.files} aria-label={t('mail.files')}>
      {files.map((file) => (
        <li key={file.id} className={css.file}>
          <Paperclip />
          <bdi className={css.name} data-tip={file.digest}>
            {foreignText(file.name)}
          </bdi>
          <span className={css.dim}>
            {foreignText(file.type)} · {byteSize(file.sizeBytes)}
          </span>
          <IconButton
            label={t('mail.download', { name: foreignText(file.name) })}
            onClick={() => void download(file)}
          >
            <Download />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

async function download({ id, name }: AttachedFile): Promise<void> {
  const content = await attempt(async () => (await api.getAttachment({ id })).blob())
  if (content) saveFile(content, name)
}
