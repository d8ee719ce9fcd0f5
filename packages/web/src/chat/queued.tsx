// Words that wait until the agent can take them, each of which can be taken back.
import type { AgentId, OutputOf } from '@tutti/core'
import { X } from 'lucide-react'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useLive, withRow, withoutRow } from '../data/use-live.ts'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './composer.module.css'

type Prompt = OutputOf<'listPrompts'>[number]

export function Queued({ agentId }: { agentId: AgentId }) {
  const prompts = useLive<readonly Prompt[]>({
    key: agentId,
    read: () => api.listPrompts({ agentId }),
    apply: (rows, event) => {
      if (event.type === 'prompt.queued' && event.data.agentId === agentId) return withRow(rows, event.data)
      return event.type === 'prompt.removed' ? withoutRow(rows, event.data.id) : rows
    },
  })
  // Where they cannot be read, what was sent is in the conversation soon or comes back as a refusal.
  if (prompts.state !== 'ready' || prompts.value.length === 0) return null
  return (
    <ul className={css.queued} aria-label={t('chat.queued', { n: prompts.value.length })}>
      {prompts.value.map((prompt) => (
        <li key={prompt.id}>
          <span className={css.words} dir="auto">
            {foreignText(prompt.text)}
          </span>
          <span className={css.dim}>{t('chat.queued-by', { by: prompt.by })}</span>
          <IconButton
            label={t('chat.take-back')}
            onClick={() => void attempt(() => api.removePrompt({ id: prompt.id }))}
          >
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
