// "why?" beside a state: opens the evidence.
import '../words/late/attention.ts'
import type { AgentId } from '@tutti/core'
import { t } from '../words/words.ts'
import { askWhy } from './why-store.ts'
import css from './why-link.module.css'

export const WhyLink = ({ agentId }: { agentId: AgentId }) => (
  <button
    type="button"
    className={css.why}
    aria-haspopup="dialog"
    onClick={(event) => askWhy(agentId, event.currentTarget)}
  >
    {t('ask.why')}
  </button>
)
