// What people of another machine may do here: nothing, until somebody says so; of all agents, or of those that are named.
import type { Agent, NodeGrant } from '@tutti/core'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { toast } from '../data/toast-store.ts'
import { FormDialog, FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Check } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import { Choices } from './choices.tsx'
import type { ShownNode } from './nodes-screen.tsx'
import css from './grant-dialog.module.css'

export type GrantRole = NodeGrant['role'] | 'none'

export function GrantDialog({
  node,
  onClose,
}: {
  node: Pick<ShownNode, 'id' | 'name' | 'grant'>
  onClose: () => void
}) {
  const [role, setRole] = useState<GrantRole>(node.grant?.role ?? 'none')
  const [some, setSome] = useState(node.grant !== null && node.grant.agents !== null)
  const [named, setNamed] = useState<ReadonlySet<string>>(new Set(node.grant?.agents))
  const { busy, refusal, run, clear } = useSubmit()
  const isEmpty = role !== 'none' && some && named.size === 0
  const own = useOwnAgents()
  const submit = async () => {
    if (isEmpty) return
    const agents = some ? own.map(({ id }) => id).filter((id) => named.has(id)) : null
    if ((await run(() => saveGrant(node.id, role, agents))) === null) return
    toast(t('grant.saved'))
    onClose()
  }
  return (
    <FormDialog
      title={t('grant.title', { name: node.name })}
      does={t('grant.save')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className={css.text}>{t('grant.text')}</p>
      <RoleChoices
        label={t('grant.title', { name: node.name })}
        value={role}
        onValue={(value) => {
          setRole(value)
          clear()
        }}
      />
      {role !== 'none' && (
        <>
          <Choices
            label={t('grant.agents')}
            value={some ? 'some' : 'all'}
            onValue={(value) => setSome(value === 'some')}
            choices={[
              { value: 'all', label: t('grant.all') },
              { value: 'some', label: t('grant.some') },
            ]}
          />
          {some && <AgentChecks agents={own} named={named} onNamed={setNamed} />}
        </>
      )}
      <FormError>{isEmpty ? t('grant.some-none') : refusal?.text}</FormError>
    </FormDialog>
  )
}

/** Answers true, so that a refusal can be told from it. */
export async function saveGrant(id: string, role: GrantRole, agents: NodeGrant['agents']): Promise<true> {
  if (role === 'none') await api.ungrantNode({ id })
  else await api.grantNode({ id, role, agents })
  return true
}

interface RoleProps {
  label: string
  value: GrantRole
  onValue: (role: GrantRole) => void
}

export const RoleChoices = ({ label, value, onValue }: RoleProps) => (
  <Choices
    label={label}
    value={value}
    onValue={onValue}
    choices={(['none', 'viewer', 'operator', 'admin'] as const).map((role) => ({
      value: role,
      label: t(`grant.${role}`),
      says: t(`grant.${role}-says`),
    }))}
  />
)

function useOwnAgents(): Agent[] {
  const agents = useAgents((state) => state.agents)
  const homes = useAgents((state) => state.homes)
  return [...agents.values()].filter(({ id }) => !homes.has(id)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

interface ChecksProps {
  agents: readonly Agent[]
  named: ReadonlySet<string>
  onNamed: (named: ReadonlySet<string>) => void
}

const AgentChecks = ({ agents, named, onNamed }: ChecksProps) => (
  <div className={css.agents}>
    {agents.map(({ id, name }) => (
      <Check
        key={id}
        label={name}
        checked={named.has(id)}
        onChecked={(on) => onNamed(new Set(on ? [...named, id] : [...named].filter((one) => one !== id)))}
      />
    ))}
  </div>
)
