// Everything about an agent that is not its terminal: who it is, what it runs, its environment and its key.
import type { Agent } from '@tutti/core'
import { useEffect, useState, type FormEvent } from 'react'
import { useMay } from '../data/session-store.ts'
import { toast, toastError } from '../data/toast-store.ts'
import { Button } from '../ui/button.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { Section } from '../ui/page.tsx'
import { TagChip } from '../ui/tag-chip.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { update } from './actions.ts'
import { askFor } from './ask-store.ts'
import { AvatarField } from './avatar-field.tsx'
import { changeOf, detailsOf, storedRows, type DetailsDraft } from './details-draft.ts'
import { EnvFields } from './env-fields.tsx'
import { IsolationField } from './isolation-field.tsx'
import { TrustField } from './trust-field.tsx'
import { fingerprint } from './fingerprint.ts'
import css from './agent-details.module.css'

export function AgentDetails({ agent }: { agent: Agent }) {
  const mayWrite = useMay('agent:write')
  const [draft, setDraft] = useState<DetailsDraft>(() => detailsOf(agent))
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<DetailsDraft>) => setDraft((before) => ({ ...before, ...change }))
  const change = changeOf(agent, draft)
  const dirty = change === null || Object.keys(change).length > 0
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (change === null) {
      toastError(t('new.args-open'))
      return
    }
    setBusy(true)
    const done = await update(agent, change)
    setBusy(false)
    if (!done) return
    toast(t('details.saved'))
    set({ env: storedRows(draft.env) })
  }
  return (
    <div className={css.details}>
      <form className={css.form} onSubmit={(event) => void save(event)}>
        <fieldset disabled={!mayWrite} className={css.plain}>
          <Identity agent={agent} draft={draft} set={set} />
          <Program agent={agent} draft={draft} set={set} />
          <Persona draft={draft} set={set} />
          <EnvFields rows={draft.env} onRows={(env) => set({ env })} />
        </fieldset>
        <Facts agent={agent} />
        {dirty && mayWrite && (
          <div className={css.save}>
            <Button kind="quiet" onClick={() => setDraft(detailsOf(agent))}>
              {t('details.discard')}
            </Button>
            <Button kind="primary" type="submit" busy={busy}>
              {t('details.save')}
            </Button>
          </div>
        )}
      </form>
    </div>
  )
}

interface PartProps {
  draft: DetailsDraft
  set: (change: Partial<DetailsDraft>) => void
}

const Identity = ({ agent, draft, set }: PartProps & { agent: Agent }) => (
  <Section title={t('details.identity')}>
    <AvatarField agent={agent} />
    <div className={css.line}>
      <TextField label={t('details.name')} mono value={agent.name} readOnly />
      <Button onClick={() => askFor({ what: 'rename', ids: [agent.id] })}>{t('agents.rename')}</Button>
    </div>
    <TextField
      label={t('details.label')}
      value={draft.label}
      optional
      maxLength={120}
      onChange={(event) => set({ label: event.target.value })}
    />
    <div className={css.tags}>
      <span className={css.caption}>{t('details.tags')}</span>
      {agent.tags.map((tag) => (
        <TagChip key={tag} tag={tag} />
      ))}
      <Button kind="quiet" onClick={() => askFor({ what: 'tag', ids: [agent.id] })}>
        {t('agents.tag')}
      </Button>
    </div>
  </Section>
)

const Program = ({ agent, draft, set }: PartProps & { agent: Agent }) => (
  <Section
    title={t('details.program')}
    says={agent.session?.adopted ? t('details.adopted') : t('details.program-says')}
  >
    <TextField
      label={t('details.program')}
      mono
      value={draft.program}
      onChange={(event) => set({ program: event.target.value })}
    />
    <TextField
      label={t('details.args')}
      mono
      optional
      value={draft.args}
      hint={t('new.args-hint')}
      onChange={(event) => set({ args: event.target.value })}
    />
    <TrustField
      kit={draft.program === agent.program ? agent.kit : null}
      program={draft.program}
      value={draft.trust}
      onTrust={(trust) => set({ trust })}
    />
    <IsolationField
      value={draft.isolation}
      egress={draft.egress}
      onIsolation={(isolation) => set({ isolation })}
      onEgress={(egress) => set({ egress })}
    />
    <TextField
      label={t('details.folder')}
      mono
      value={draft.folder}
      onChange={(event) => set({ folder: event.target.value })}
    />
  </Section>
)

const Persona = ({ draft, set }: PartProps) => (
  <Section title={t('details.persona')} says={t('details.persona-says')}>
    <TextField
      label={t('details.role')}
      value={draft.role}
      maxLength={200}
      onChange={(event) => set({ role: event.target.value })}
    />
    <TextArea
      label={t('details.personality')}
      value={draft.personality}
      rows={2}
      onText={(personality) => set({ personality })}
    />
    <TextArea
      label={t('details.instructions')}
      value={draft.instructions}
      rows={6}
      onText={(instructions) => set({ instructions })}
    />
  </Section>
)

function Facts({ agent }: { agent: Agent }) {
  const [print, setPrint] = useState<string | null>(null)
  useEffect(() => void fingerprint(agent.publicKey).then(setPrint), [agent.publicKey])
  return (
    <Section title={t('details.facts')}>
      <dl className={css.facts}>
        <dt>{t('details.id')}</dt>
        <dd>
          <code>{agent.id}</code>
        </dd>
        <dt data-tip={t('details.key-why')}>{t('details.key')}</dt>
        <dd>
          <code>{print ?? agent.publicKey}</code>
        </dd>
        <dt>{t('details.created')}</dt>
        <dd>
          <Time at={agent.createdAt} />
        </dd>
        <dt>{t('details.changed')}</dt>
        <dd>
          <Time at={agent.updatedAt} />
        </dd>
        {agent.session && (
          <>
            <dt>{t('details.started')}</dt>
            <dd>
              <Time at={agent.session.startedAt} />
            </dd>
          </>
        )}
      </dl>
    </Section>
  )
}
