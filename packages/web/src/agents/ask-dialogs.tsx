// The questions that menus ask: a new name, which tags, and to which machine.
import { isAgentName, type Agent } from '@tutti/core'
import { Suspense, useState, type FormEvent } from 'react'
import { useAgents } from '../data/agents-store.ts'
import { lazyScreen } from '../lazy-screen.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { TagChip } from '../ui/tag-chip.tsx'
import { t } from '../words/words.ts'
import { tag as setTag, update } from './actions.ts'
import { closeAsk, useAsk } from './ask-store.ts'
import { tagCounts } from './filter.ts'
import css from './ask-dialogs.module.css'

const MoveDialog = lazyScreen(() => import('../moving/move-dialog.tsx'), 'MoveDialog')

export function AskDialogs() {
  const ask = useAsk((state) => state.ask)
  const all = useAgents((state) => state.agents)
  if (!ask) return null
  if (ask.what === 'move')
    return (
      <Suspense fallback={null}>
        <MoveDialog key={ask.ids[0]} id={ask.ids[0] ?? ''} />
      </Suspense>
    )
  const agents = ask.ids.flatMap((id) => all.get(id) ?? [])
  const first = agents[0]
  if (!first) return null
  return ask.what === 'rename' ? <Rename agent={first} /> : <TagAgents agents={agents} />
}

function Rename({ agent }: { agent: Agent }) {
  const [name, setName] = useState(agent.name)
  const [label, setLabel] = useState(agent.label)
  const [busy, setBusy] = useState(false)
  const wrong = name !== '' && !isAgentName(name)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (wrong || name === '') return
    setBusy(true)
    const done = await update(agent, { name, label })
    setBusy(false)
    if (done) closeAsk()
  }
  return (
    <Dialog
      title={t('rename.title', { name: agent.name })}
      onClose={closeAsk}
      actions={
        <>
          <Button kind="quiet" onClick={closeAsk}>
            {t('common.cancel')}
          </Button>
          <Button kind="primary" type="submit" form="rename" busy={busy}>
            {t('rename.do')}
          </Button>
        </>
      }
    >
      <form id="rename" className={css.form} onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('rename.name')}
          value={name}
          mono
          hint={t('rename.hint')}
          error={wrong ? t('rename.invalid') : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('rename.label')}
          value={label}
          optional
          maxLength={120}
          onChange={(event) => setLabel(event.target.value)}
        />
      </form>
    </Dialog>
  )
}

const TAG = /^[a-z0-9][a-z0-9._-]{0,31}$/

function TagAgents({ agents }: { agents: readonly Agent[] }) {
  const [text, setText] = useState('')
  const all = useAgents((state) => state.agents)
  const wrong = text !== '' && !TAG.test(text)
  const known = tagCounts(all.values()).map(({ tag }) => tag)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wrong || text === '') return
    void setTag(agents, text, true)
    setText('')
  }
  const onAll = (tag: string) => agents.every((agent) => agent.tags.includes(tag))
  return (
    <Dialog
      title={t('tag.title', { n: agents.length, name: agents[0]?.name ?? '' })}
      onClose={closeAsk}
      actions={<Button onClick={closeAsk}>{t('common.close')}</Button>}
    >
      <form className={css.form} onSubmit={submit}>
        <TextField
          label={t('tag.add')}
          value={text}
          hint={t('tag.hint')}
          error={wrong ? t('tag.invalid') : undefined}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
      <div className={css.tags}>
        {known.map((tag) => (
          <TagChip
            key={tag}
            tag={tag}
            pressed={onAll(tag)}
            onPress={() => void setTag(agents, tag, !onAll(tag))}
          />
        ))}
      </div>
    </Dialog>
  )
}
