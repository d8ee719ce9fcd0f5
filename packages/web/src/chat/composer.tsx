// Where one writes to an agent: words go at once or wait their turn, pictures come by pasting, and it can be stopped.
import { CircleStop, Paperclip, Send, X } from 'lucide-react'
import { useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react'
import type { Agent } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import { keyLabel } from '../keys/chord.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { useDraft } from './drafts.ts'
import { Queued } from './queued.tsx'
import { sendAll, tooLarge } from './sending.ts'
import css from './composer.module.css'

const BUSY = new Set([
  'starting',
  'working',
  'waiting-approval',
  'waiting-answer',
  'background',
  'rate-limited',
])

export function Composer({ agent, active }: { agent: Agent; active: boolean }) {
  const { text, files, set, clear } = useDraft(agent.id)
  const [sending, setSending] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const isBusy = BUSY.has(agent.status.state)
  useCommand('focus.terminal', () => field.current?.focus(), active)
  const add = (given: Iterable<File>) => {
    const fitting = [...given].filter((file) => !tooLarge(file))
    if (fitting.length > 0) set({ files: [...files, ...fitting] })
  }
  const send = async () => {
    if (sending || (text.trim() === '' && files.length === 0)) return
    setSending(true)
    const done = await sendAll(agent.id, text, files)
    setSending(false)
    if (done) clear()
    field.current?.focus()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send()
  }
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    add(event.clipboardData.files)
  }
  return (
    <div className={css.composer}>
      <Queued agentId={agent.id} />
      <Files files={files} onFiles={(kept) => set({ files: kept })} />
      <div className={css.line}>
        <textarea
          ref={field}
          className={css.field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={t('chat.write', { name: agent.name })}
          placeholder={t('chat.placeholder')}
          onChange={(event) => set({ text: event.target.value })}
          onKeyDown={press}
          onPaste={paste}
        />
        <Attach onFiles={add} />
        {isBusy && (
          <IconButton label={t('chat.interrupt')} onClick={() => void interrupt(agent)}>
            <CircleStop />
          </IconButton>
        )}
        <Button
          kind="primary"
          icon={<Send />}
          busy={sending}
          disabled={text.trim() === '' && files.length === 0}
          data-tip={isBusy ? t('chat.queue-why', { name: agent.name }) : undefined}
          onClick={() => void send()}
        >
          {isBusy ? t('chat.queue') : t('chat.send')}
        </Button>
      </div>
      <p className={css.hint}>
        {t('chat.write-hint', { send: keyLabel('enter'), line: keyLabel('shift+enter') })}
      </p>
    </div>
  )
}

function Files({ files, onFiles }: { files: readonly File[]; onFiles: (files: readonly File[]) => void }) {
  if (files.length === 0) return null
  return (
    <ul className={css.files}>
      {files.map((file, index) => (
        <li key={index}>
          {foreignText(file.name)}
          <IconButton
            label={t('chat.file-remove', { name: file.name })}
            onClick={() => onFiles(files.filter((one) => one !== file))}
          >
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

function Attach({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          onFiles(target.files ?? [])
          target.value = ''
        }}
      />
      <IconButton label={t('chat.file-attach')} onClick={() => input.current?.click()}>
        <Paperclip />
      </IconButton>
    </>
  )
}

async function interrupt(agent: Agent): Promise<void> {
  const done = await attempt(() => api.interruptAgent({ id: agent.id }))
  if (done) toast(t('chat.interrupted', { name: agent.name }))
}
