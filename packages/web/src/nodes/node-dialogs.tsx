// Renaming this machine, leaving the room with it, and throwing another one out.
import { useState } from 'react'
import { api } from '../data/api.ts'
import { toast } from '../data/toast-store.ts'
import { FormDialog, FormError, LossDialog } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import type { ShownNode } from './nodes-screen.tsx'

interface Props {
  node: ShownNode
  onClose: () => void
}

export function RenameDialog({ node, onClose }: Props) {
  const [name, setName] = useState(node.name)
  const { busy, refusal, run } = useSubmit()
  const submit = async () => {
    const done = await run(async () => {
      const { version } = await api.getSettings({})
      return api.updateSettings({ machine: name.trim() }, { version })
    })
    if (!done) return
    toast(t('nodes.renamed', { name: done.machine }))
    onClose()
  }
  return (
    <FormDialog
      title={t('nodes.rename-title')}
      does={t('rename.do')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label={t('nodes.name')}
        value={name}
        maxLength={64}
        hint={t('nodes.rename-text', { label: labelFrom(name) })}
        onChange={(event) => setName(event.target.value)}
      />
      <FormError>{refusal?.text}</FormError>
    </FormDialog>
  )
}

/** As the server makes it: a name that may stand in an address. */
const labelFrom = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.local$/, '')
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40) || 'machine'

export const LeaveDialog = ({ others, onClose }: { others: number; onClose: () => void }) => (
  <LossDialog
    title={t('nodes.leave-title')}
    does={t('nodes.leave-do')}
    act={() => api.leaveRoom({})}
    onDone={() => {
      toast(t('nodes.left'))
      location.reload() // what is shown of the others is of a room that this machine is not in
    }}
    onClose={onClose}
  >
    {t('nodes.leave-text', { n: others })}
  </LossDialog>
)

export const RevokeDialog = ({ node, onClose }: Props) => (
  <LossDialog
    title={t('nodes.revoke-title', { name: node.name })}
    does={t('nodes.revoke-do', { name: node.name })}
    act={() => api.revokeNode({ id: node.id })}
    onDone={() => toast(t('nodes.revoked', { name: node.name }))}
    onClose={onClose}
  >
    {t('nodes.revoke-text', { name: node.name })}
  </LossDialog>
)
