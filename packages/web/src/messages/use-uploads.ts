// The files of one letter that is being written.
import { useEffect, useRef, useState } from 'react'
import { toastError } from '../data/toast-store.ts'
import { t } from '../words/words.ts'
import { MOST_FILES, upload, type Upload } from './uploads.ts'

export interface Uploads {
  files: readonly Upload[]
  add: (files: Iterable<File>) => void
  remove: (file: Upload) => void
  clear: () => void
  /** Ids of what has arrived. */
  ids: string[]
  /** Whether something is still on its way, or did not arrive. */
  isOpen: boolean
}

export function useUploads(): Uploads {
  const [files, setFiles] = useState<readonly Upload[]>([])
  const latest = useRef(files)
  useEffect(() => {
    latest.current = files
  })
  // Nobody waits for them any more.
  useEffect(() => () => latest.current.forEach((one) => one.cancel()), [])
  const tell = (change: Upload) =>
    setFiles((before) => before.map((one) => (one.key === change.key ? change : one)))
  return {
    files,
    add(given) {
      const all = [...given]
      const fitting = all.slice(0, MOST_FILES - files.length)
      if (fitting.length < all.length) toastError(t('mail.files-many', { n: MOST_FILES }))
      const started = fitting.map((file) => upload(file, tell))
      setFiles((before) => [...before, ...started])
    },
    remove(file) {
      file.cancel()
      setFiles((before) => before.filter((one) => one.key !== file.key))
    },
    clear: () => setFiles([]),
    ids: files.flatMap(({ id }) => (id === null ? [] : [id])),
    isOpen: files.some(({ state }) => state !== 'done'),
  }
}
