// The folders in which agents may work: a list to add to and to take from.
import { Folder, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { Part } from '../settings-page.tsx'
import { folderProblem, tidyFolder } from './folder-path.ts'
import css from './machine.module.css'

interface AllowedFoldersProps {
  folders: readonly string[]
  machine: string
  readOnly: boolean
  onFolders: (folders: string[]) => void
}

export const AllowedFolders = ({ folders, machine, readOnly, onFolders }: AllowedFoldersProps) => (
  <Part title={t('host.folders')} says={t('host.folders-says')}>
    <ul className={css.folders}>
      {folders.map((path) => (
        <li key={path} className={css.folder}>
          <Folder aria-hidden />
          <code>{path}</code>
          {!readOnly && (
            <span data-tip={folders.length === 1 ? t('host.folder-last') : undefined}>
              <IconButton
                label={t('host.folder-remove', { path })}
                disabled={folders.length === 1}
                onClick={() => onFolders(folders.filter((one) => one !== path))}
              >
                <X />
              </IconButton>
            </span>
          )}
        </li>
      ))}
    </ul>
    {!readOnly && (
      <NewFolder folders={folders} machine={machine} onAdd={(path) => onFolders([...folders, path])} />
    )}
  </Part>
)

interface NewFolderProps {
  folders: readonly string[]
  machine: string
  onAdd: (path: string) => void
}

function NewFolder({ folders, machine, onAdd }: NewFolderProps) {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | undefined>()
  const add = () => {
    const found = folderProblem(text, folders)
    if (found !== null) return setProblem(found)
    onAdd(tidyFolder(text))
    setText('')
    return undefined
  }
  return (
    <div className={css.add}>
      <TextField
        label={t('host.folder-add')}
        hint={t('host.folder-hint', { machine })}
        error={problem}
        value={text}
        mono
        onChange={(event) => {
          setText(event.target.value)
          setProblem(undefined)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || text === '') return
          event.preventDefault() // adds the folder; the form is saved by its own button
          add()
        }}
      />
      <Button icon={<Plus />} disabled={text === ''} onClick={add}>
        {t('host.folder-add-do')}
      </Button>
    </div>
  )
}
