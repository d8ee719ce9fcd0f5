// What the people of a machine may do here, as one sentence.
import type { NodeGrant } from '@tutti/core'
import { t } from '../words/words.ts'

export function grantText(grant: NodeGrant | null): string {
  if (grant === null) return t('grant.is-none')
  const what = t(`grant.verb-${grant.role}`)
  return grant.agents === null
    ? t('grant.is-all', { what })
    : t('grant.is-some', { what, n: grant.agents.length })
}
