// Chooses a folder inside the allowed ones, and makes a new one where it is missing.
import type { OutputOf } from '@tutti/core'
import { CornerLeftUp, Folder, FolderPlus, GitBranch } from 'lucide-react'
import { useState, type FormEvent, type ReactNode } from 'react'
import { apiAt } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Check, Input } from '../ui/field.tsx'
import { focusWhenShown } from '../ui/focus-first.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import css from './folder-picker.module.css'

interface Props {
  /** The machine whose folders they are; empty for this one. */
  machine: string
  from: string
  onFolder: (path: string) => void
  onClose: () => void
}

export function FolderPicker({ machine, from, onFolder, onClose }: Props) {
  const api = apiAt(machine || null)
  const [path, setPath] = useState<string | undefined>(from.startsWith('/') ? from : undefined)
  const [hidden, setHidden] = useState(false)
  const folders = useLoaded(`${machine} ${path} ${hidden}`, (signal) =>
    api.listFolders({ ...(path ? { path } : {}), hidden }, { signal }),
  )
  const here = folders.state === 'ready' ? folders.value : null
  return (
    <Dialog
      title={t('folders.title')}
      onClose={onClose}
      wide
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button kind="primary" disabled={!here} onClick={() => here && onFolder(here.path)}>
            {t('folders.choose')}
          </Button>
        </>
      }
    >
      {here && here.roots.length > 1 && <Roots roots={here.roots} onRoot={setPath} />}
      {here && <code className={css.path}>{here.path}</code>}
      <div className={css.list}>
        {folders.state === 'loading' && <Skeleton lines={5} />}
        {folders.state === 'failed' && (
          <ErrorState message={folders.message} onRetry={path ? () => setPath(undefined) : folders.retry} />
        )}
        {here && <Entries list={here} onOpen={setPath} />}
      </div>
      <div className={css.foot}>
        <Check label={t('folders.hidden')} checked={hidden} onChecked={setHidden} />
        {here && <NewFolder api={api} parent={here.path} onMade={setPath} />}
      </div>
    </Dialog>
  )
}

interface EntriesProps {
  list: OutputOf<'listFolders'>
  onOpen: (path: string) => void
}

function Entries({ list, onOpen }: EntriesProps) {
  const { parent, entries } = list
  return (
    <ul aria-label={t('folders.list')}>
      {parent !== null && (
        <Entry icon={<CornerLeftUp />} name={t('folders.up')} onOpen={() => onOpen(parent)} />
      )}
      {entries.map((entry) => (
        <Entry
          key={entry.path}
          icon={entry.git ? <GitBranch /> : <Folder />}
          name={entry.name}
          note={entry.git ? t('folders.git') : ''}
          onOpen={() => onOpen(entry.path)}
        />
      ))}
      {entries.length === 0 && <li className={css.none}>{t('folders.empty')}</li>}
    </ul>
  )
}

const Roots = ({ roots, onRoot }: { roots: readonly string[]; onRoot: (path: string) => void }) => (
  <ul className={css.roots} aria-label={t('folders.roots')}>
    {roots.map((root) => (
      <li key={root}>
        <Button onClick={() => onRoot(root)}>{root}</Button>
      </li>
    ))}
  </ul>
)

interface EntryProps {
  icon: ReactNode
  name: string
  note?: string
  onOpen: () => void
}

const Entry = ({ icon, name, note, onOpen }: EntryProps) => (
  <li>
    <button type="button" className={css.entry} onClick={onOpen}>
      {icon}
      <span>{name}</span>
      {note && <small>{note}</small>}
    </button>
  </li>
)

interface NewFolderProps {
  api: ReturnType<typeof apiAt>
  parent: string
  onMade: (path: string) => void
}

function NewFolder({ api, parent, onMade }: NewFolderProps) {
  const [name, setName] = useState<string | null>(null)
  if (name === null)
    return (
      <Button icon={<FolderPlus />} onClick={() => setName('')}>
        {t('folders.new')}
      </Button>
    )
  const make = async (event: FormEvent) => {
    event.preventDefault()
    const made = await attempt(() => api.createFolder({ parent, name }))
    if (!made) return
    setName(null)
    onMade(made.path)
  }
  return (
    <form className={css.make} onSubmit={(event) => void make(event)}>
      <Input
        ref={focusWhenShown}
        mono
        value={name}
        aria-label={t('folders.name')}
        placeholder={t('folders.name')}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" disabled={name === ''}>
        {t('folders.make')}
      </Button>
    </form>
  )
}
