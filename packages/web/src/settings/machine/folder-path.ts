// What is wrong with a folder that somebody wants to allow, before it is sent.
import '../../words/late/settings.ts'
import { t } from '../../words/words.ts'

/** Without double and closing slashes, as it is kept. */
export const tidyFolder = (text: string): string =>
  text
    .trim()
    .replaceAll(/\/+/g, '/')
    .replace(/(.)\/$/, '$1')

/** The sentence that says what is wrong; null where it can be added. */
export function folderProblem(text: string, allowed: readonly string[]): string | null {
  const path = tidyFolder(text)
  if (!path.startsWith('/')) return t('host.folder-relative', { got: text.trim() })
  if (allowed.includes(path)) return t('host.folder-twice', { path })
  const parent = allowed.find((folder) => folder === '/' || path.startsWith(`${folder}/`))
  return parent ? t('host.folder-inside', { path, parent }) : null
}
