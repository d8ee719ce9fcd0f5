// What the form of a new agent holds, and what is wrong with it.
import { hostRule, isAgentName, type InputOf, type IsolationLevel, type TrustLevel } from '@tutti/core'
import { hostsOf } from '../agents/egress-hosts.ts'
import '../words/late/usage.ts'
import { t } from '../words/words.ts'
import { envLines } from './env-lines.ts'
import { shellWords } from './shell-words.ts'

export interface Draft {
  /** The id of the machine that it is to live on; empty for this one. */
  machine: string
  name: string
  label: string
  folder: string
  program: string
  args: string
  /** Null leaves it to how the program is set up. */
  trust: TrustLevel | null
  /** Null takes what the machine's settings say. */
  isolation: IsolationLevel | null
  egress: string
  env: string
  tags: string
  role: string
  personality: string
  instructions: string
  wake: boolean
}

export const EMPTY_DRAFT: Draft = {
  machine: '',
  name: '',
  label: '',
  folder: '',
  program: '',
  args: '',
  trust: null,
  isolation: null,
  egress: '',
  env: '',
  tags: '',
  role: '',
  personality: '',
  instructions: '',
  wake: true,
}

export type DraftErrors = Partial<Record<keyof Draft, string>>

/** What to say beside which field; `taken` says whether a name exists. */
export function draftErrors(draft: Draft, taken: (name: string) => boolean): DraftErrors {
  const errors: DraftErrors = {}
  if (!isAgentName(draft.name)) errors.name = t('rename.invalid')
  else if (taken(draft.name)) errors.name = t('new.taken', { name: draft.name })
  if (draft.folder.trim() === '') errors.folder = t('new.folder-needed')
  if (draft.program.trim() === '') errors.program = t('new.program-needed')
  if (shellWords(draft.args) === null) errors.args = t('new.args-open')
  const env = envLines(draft.env)
  if ('line' in env) errors.env = t('new.env-bad', env)
  if (tagsOf(draft).some((tag) => !/^[a-z0-9][a-z0-9._-]{0,31}$/.test(tag))) errors.tags = t('tag.invalid')
  const bad = hostsOf(draft.egress).find((host) => hostRule(host) === null)
  if (bad !== undefined) errors.egress = t('isolation.egress-bad', { host: bad })
  return errors
}

export const tagsOf = ({ tags }: Draft): string[] => [...new Set(tags.split(/[\s,]+/).filter(Boolean))]

export function newAgentOf(draft: Draft): InputOf<'createAgent'> {
  const env = envLines(draft.env)
  const { role, personality, instructions } = draft
  return {
    name: draft.name,
    label: draft.label.trim(),
    tags: tagsOf(draft),
    folder: draft.folder.trim(),
    program: draft.program.trim(),
    args: shellWords(draft.args) ?? [],
    env: 'env' in env ? env.env : {},
    trust: draft.trust,
    ...(draft.isolation === null ? {} : { isolation: draft.isolation }),
    egress: hostsOf(draft.egress),
    persona: { role, personality, instructions },
    wake: draft.wake,
  }
}

/** Which field a refusal of the server is about, so that it is shown beside it. */
export const fieldOfFault = (code: string | null): keyof Draft | null =>
  ({
    'agent.name-taken': 'name' as const,
    'agent.name-invalid': 'name' as const,
    'agent.folder-missing': 'folder' as const,
    'folder.outside': 'folder' as const,
    'folder.unknown': 'folder' as const,
    'agent.program-missing': 'program' as const,
    'isolation.unavailable': 'isolation' as const,
    'isolation.folder': 'folder' as const,
  })[code ?? ''] ?? null
