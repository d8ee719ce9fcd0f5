// The recordings of one agent, with the switch that makes one.
import type { Agent } from '@tutti/core'
import { Circle, CircleStop } from 'lucide-react'
import { setRecording } from '../agents/actions.ts'
import { useMay } from '../data/session-store.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { RecordingList } from './recording-list.tsx'
import css from './recordings.module.css'

export function AgentRecordings({ agent }: { agent: Agent }) {
  const mayWrite = useMay('recording:write')
  const on = agent.recording !== null
  return (
    <div className={css.tab}>
      {mayWrite && agent.session && (
        <div className={css.bar}>
          <Button icon={on ? <CircleStop /> : <Circle />} onClick={() => void setRecording(agent, !on)}>
            {on ? t('agents.record-stop') : t('agents.record')}
          </Button>
        </div>
      )}
      <RecordingList agentId={agent.id} />
    </div>
  )
}
