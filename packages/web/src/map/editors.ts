// Opening a file in an editor of the machine that the browser runs on, by the address that the editor answers to.
import type { MenuEntry } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import type { OpenFile } from './file-dialog.tsx'

/** `vscode://file/srv/shop/cart.ts:12` and its like; the choice is this browser's, as the editor is. */
export const EDITORS = {
  'VS Code': 'vscode://file{path}:{line}',
  Cursor: 'cursor://file{path}:{line}',
  Windsurf: 'windsurf://file{path}:{line}',
  Zed: 'zed://file{path}:{line}',
  JetBrains: 'jetbrains://idea/navigate/reference?path={path}:{line}',
  Emacs: 'org-protocol://open-file?path={path}&line={line}',
} as const

export type Editor = keyof typeof EDITORS

const KEY = 'tutti.editor'

export const isEditor = (name: string): name is Editor => Object.hasOwn(EDITORS, name)

export function chosenEditor(): Editor | null {
  const name = localStorage.getItem(KEY) ?? ''
  return isEditor(name) ? name : null
}

export const chooseEditor = (name: string): void => localStorage.setItem(KEY, name)

/** Each part of the path is escaped: a name is no part of an address. */
export function editorAddress(editor: Editor, folder: string, { file, from }: OpenFile): string {
  const path = `${folder}/${file}`
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/')
  return EDITORS[editor].replace('{path}', path).replace('{line}', String(Math.max(1, from)))
}

/** Empty until somebody has chosen an editor, in the file's own dialog. */
export function editorEntry(folder: string, at: OpenFile): MenuEntry[] {
  const editor = chosenEditor()
  if (!editor) return []
  return [
    {
      label: t('map.editor', { name: editor }),
      run: () => location.assign(editorAddress(editor, folder, at)),
    },
  ]
}
