// Hands a symbol to an agent: words of one's own, and the reference page fenced as data.
import type { Agent } from '@tutti/core'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextArea } from '../ui/field.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import { askedOf, type CodeModel } from './model.ts'

interface SendDialogProps {
  folder: string
  model: CodeModel
  node: number
  onClose: () => void
}

/** A page longer than this is cut: an agent asks the map itself for more. */
const TOKENS = 3000

export function SendDialog({ folder, model, node, onClose }: SendDialogProps) {
  const id = askedOf(model, node)
  const agents = useAgents((state) => state.agents)
  const near = nearFirst([...agents.values()], model.folder)
  const [to, setTo] = useState(near[0]?.id ?? '')
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const context = useLoaded(`context ${folder} ${id}`, () =>
    api.mapContext({ folder, symbol: id, tokens: TOKENS }),
  )
  const agent = near.find((one) => one.id === to)
  const send = async () => {
    if (!agent || context.state !== 'ready') return
    setBusy(true)
    const text = [words.trim(), context.value.text].filter((part) => part !== '').join('\n\n')
    const done = await attempt(() => api.sendPrompt({ id: agent.id, text }))
    setBusy(false)
    if (!done) return
    toast(t(done.queued ? 'map.sent-queued' : 'map.sent', { name: agent.name }))
    onClose()
  }
  return (
    <Dialog
      title={t('map.send-title', { name: foreignText(model.names[node] ?? id) })}
      onClose={onClose}
      wide
      actions={
        <Button
          kind="primary"
          busy={busy}
          disabled={!agent || context.state !== 'ready'}
          onClick={() => void send()}
        >
          {t('map.send-do')}
        </Button>
      }
    >
      <div className={css.send}>
        {near.length === 0 && <p>{t('map.send-nobody')}</p>}
        <Field label={t('map.send-agent')}>
          {(ids) => (
            <Select {...ids} value={to} onChange={({ target }) => setTo(target.value)}>
              {near.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <TextArea
          label={t('map.send-words')}
          hint={t('map.send-hint')}
          value={words}
          onText={setWords}
          autoStart
        />
        <details className={css.preview}>
          <summary>{t('map.send-preview')}</summary>
          {context.state === 'loading' && <Skeleton />}
          {context.state === 'failed' && <ErrorState message={context.message} onRetry={context.retry} />}
          {context.state === 'ready' && <pre>{foreignText(context.value.text)}</pre>}
        </details>
      </div>
    </Dialog>
  )
}

/** Those that work in this copy first, then those that run. */
function nearFirst(agents: readonly Agent[], folder: string): Agent[] {
  const rank = (one: Agent) => Number(one.folder.startsWith(folder)) * 2 + Number(one.session !== null)
  return agents.toSorted((a, b) => rank(b) - rank(a) || (a.name < b.name ? -1 : 1))
}
