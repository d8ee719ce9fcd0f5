// Creating an agent: name, folder, program, and whatever else one wants to give it.
import '../words/late/settings.ts'
import { colourIndex, isAgentName, treePath } from '@tutti/core'
import { FolderOpen } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useLocation } from 'wouter'
import { IsolationField } from '../agents/isolation-field.tsx'
import { TrustField } from '../agents/trust-field.tsx'
import { apiAt } from '../data/api.ts'
import { diskIsFull } from '../data/disk.ts'
import { putAgent, useAgents } from '../data/agents-store.ts'
import { putRemote } from '../data/room-store.ts'
import { faultCode, faultText } from '../data/fault-text.ts'
import { useMay, useMe } from '../data/session-store.ts'
import { toastError } from '../data/toast-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { Check, Field, Input, TextArea, TextField } from '../ui/field.tsx'
import { useFocusFirst } from '../ui/focus-first.ts'
import { Page } from '../ui/page.tsx'
import { EmptyState } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { draftErrors, EMPTY_DRAFT, fieldOfFault, newAgentOf, type Draft, type DraftErrors } from './draft.ts'
import { FolderPicker } from './folder-picker.tsx'
import { MachineField } from './machine-field.tsx'
import { ProgramField } from './program-field.tsx'
import css from './new-agent-screen.module.css'

export function NewAgentScreen() {
  const me = useMe()
  if (useMay('agent:write')) return <NewAgentForm />
  return (
    <Page title={t('new.title')} narrow>
      <EmptyState title={t('settings.refused-title')}>
        {me && t('settings.refused', { role: t(`role.${me.user.role}`), machine: me.machine })}
      </EmptyState>
    </Page>
  )
}

function NewAgentForm() {
  const form = useNewAgent()
  const { draft, errors, set } = form
  const [, navigate] = useLocation()
  const [picking, setPicking] = useState(false)
  useFocusFirst()
  useCommand('back', () => navigate('/'))
  return (
    <Page title={t('new.title')} narrow>
      <form className={css.form} onSubmit={(event) => void form.submit(event)} noValidate>
        <TextField
          label={t('new.name')}
          value={draft.name}
          mono
          data-autofocus
          maxLength={64}
          placeholder="shop-backend-api"
          hint={<NamePreview name={draft.name} />}
          error={errors.name}
          onChange={(event) => set({ name: event.target.value.toLowerCase().replaceAll(/[\s_]/g, '-') })}
        />
        <MachineField
          value={draft.machine}
          onMachine={(machine) => set({ machine, program: '', folder: '' })}
        />
        <FolderField draft={draft} errors={errors} set={set} onPick={() => setPicking(true)} />
        <ProgramField
          key={draft.machine}
          machine={draft.machine}
          value={draft.program}
          error={errors.program}
          onProgram={(program) => set({ program })}
        />
        <TextField
          label={t('new.args')}
          value={draft.args}
          mono
          optional
          hint={t('new.args-hint')}
          error={errors.args}
          onChange={(event) => set({ args: event.target.value })}
        />
        <TrustField
          kit={null}
          program={draft.program}
          value={draft.trust}
          onTrust={(trust) => set({ trust })}
        />
        <IsolationField
          value={draft.isolation}
          egress={draft.egress}
          error={errors.isolation}
          egressError={errors.egress}
          onIsolation={(isolation) => set({ isolation })}
          onEgress={(egress) => set({ egress })}
        />
        <More draft={draft} errors={errors} set={set} />
        <Check label={t('new.wake')} checked={draft.wake} onChecked={(wake) => set({ wake })} />
        <div className={css.actions}>
          <Button kind="quiet" onClick={() => navigate('/')}>
            {t('new.back')}
          </Button>
          <Button kind="primary" type="submit" busy={form.busy}>
            {t('new.create')}
          </Button>
        </div>
      </form>
      {picking && (
        <FolderPicker
          machine={draft.machine}
          from={draft.folder}
          onClose={() => setPicking(false)}
          onFolder={(folder) => {
            set({ folder })
            setPicking(false)
          }}
        />
      )}
    </Page>
  )
}

function useNewAgent() {
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT)
  const [errors, setErrors] = useState<DraftErrors>({})
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [, navigate] = useLocation()
  const check = (next: Draft) => {
    const { agents, homes } = useAgents.getState()
    const there = [...agents.values()].filter(({ id }) => (homes.get(id) ?? '') === next.machine)
    const names = new Set(there.map(({ name }) => name))
    return draftErrors(next, (name) => names.has(name))
  }
  const set = (change: Partial<Draft>) => {
    const next = { ...draft, ...change }
    setDraft(next)
    // Nobody is told off while still typing for the first time.
    if (tried) setErrors(check(next))
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const found = check(draft)
    setErrors(found)
    if (Object.keys(found).length > 0) return focusFirstError()
    setBusy(true)
    try {
      const { machine } = draft
      const agent = await apiAt(machine || null).createAgent(newAgentOf(draft))
      if (machine) putRemote(machine, agent)
      else putAgent(agent)
      navigate(`/agents/${agent.id}`)
    } catch (error) {
      const field = fieldOfFault(faultCode(error))
      if (faultCode(error) === 'store.full') diskIsFull()
      if (field) setErrors({ [field]: faultText(error) })
      else toastError(faultText(error))
    } finally {
      setBusy(false)
    }
  }
  return { draft, errors, set, submit, busy }
}

function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}

/** Where the name will stand in the tree, while it is typed. */
function NamePreview({ name }: { name: string }) {
  if (!isAgentName(name)) return <>{t('rename.hint')}</>
  const levels = treePath(name)
  return (
    <span className={css.preview}>
      {levels.map((level, index) => (
        <span key={index} style={{ color: index === 0 ? `var(--project-${colourIndex(name)})` : undefined }}>
          {level}
        </span>
      ))}
    </span>
  )
}

interface PartProps {
  draft: Draft
  errors: DraftErrors
  set: (change: Partial<Draft>) => void
}

const FolderField = ({ draft, errors, set, onPick }: PartProps & { onPick: () => void }) => (
  <Field label={t('new.folder')} error={errors.folder}>
    {(ids) => (
      <div className={css.line}>
        <Input
          {...ids}
          mono
          value={draft.folder}
          placeholder="~/shop/backend"
          onChange={(event) => set({ folder: event.target.value })}
        />
        <Button icon={<FolderOpen />} onClick={onPick}>
          {t('new.folder-pick')}
        </Button>
      </div>
    )}
  </Field>
)

const More = ({ draft, errors, set }: PartProps) => (
  <details className={css.more} open={Boolean(errors.env ?? errors.tags) || undefined}>
    <summary>{t('new.more')}</summary>
    <div className={css.form}>
      <TextField
        label={t('new.label')}
        value={draft.label}
        optional
        maxLength={120}
        hint={t('new.label-hint')}
        onChange={(event) => set({ label: event.target.value })}
      />
      <TextField
        label={t('new.tags')}
        value={draft.tags}
        optional
        hint={t('new.tags-hint')}
        error={errors.tags}
        onChange={(event) => set({ tags: event.target.value })}
      />
      <TextField
        label={t('details.role')}
        value={draft.role}
        optional
        maxLength={200}
        onChange={(event) => set({ role: event.target.value })}
      />
      <TextArea
        label={t('details.personality')}
        value={draft.personality}
        optional
        rows={2}
        onText={(personality) => set({ personality })}
      />
      <TextArea
        label={t('details.instructions')}
        value={draft.instructions}
        optional
        rows={4}
        onText={(instructions) => set({ instructions })}
      />
      <TextArea
        label={t('new.env')}
        value={draft.env}
        optional
        mono
        rows={3}
        placeholder="API_URL=https://localhost:8443"
        hint={t('new.env-hint')}
        error={errors.env}
        onText={(env) => set({ env })}
      />
    </div>
  </details>
)
