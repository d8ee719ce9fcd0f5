// The picture of an agent: uploaded, scaled in the browser, or drawn from its id.
import type { Agent } from '@tutti/core'
import { useRef } from 'react'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { putAgent } from '../data/agents-store.ts'
import { toastError } from '../data/toast-store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { avatarPicture } from './avatar-picture.ts'
import css from './agent-details.module.css'

export function AvatarField({ agent }: { agent: Agent }) {
  const input = useRef<HTMLInputElement>(null)
  const upload = async (file: File | undefined) => {
    if (!file) return
    const image = await avatarPicture(file).catch(() => null)
    if (image === null) {
      toastError(t('details.avatar-unreadable'))
      return
    }
    const answer = await attempt(() => api.setAvatar({ id: agent.id, image }))
    if (answer) putAgent(answer)
  }
  const remove = async () => {
    const answer = await attempt(() => api.removeAvatar({ id: agent.id }))
    if (answer) putAgent(answer)
  }
  return (
    <div className={css.avatar}>
      <Avatar of={agent} size={56} />
      <div>
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          onChange={(event) => void upload(event.target.files?.[0])}
        />
        <Button onClick={() => input.current?.click()}>{t('details.avatar-upload')}</Button>
        {agent.avatar && (
          <Button kind="quiet" onClick={() => void remove()}>
            {t('details.avatar-remove')}
          </Button>
        )}
        <p>{t('details.avatar-hint')}</p>
      </div>
    </div>
  )
}
