// The permissions of a session that goes on: Codex's terminal program refuses them then, so its server is told.
import { readFile, rm } from 'node:fs/promises'
import { fieldsOf, listOf, parsed, textOf, type Fields } from '../foreign.ts'
import { SETTINGS } from './launch.ts'

/** What the start left to be set for a thread; null when nothing is. Each is handed out once. */
export async function takeSettings(runFolder: string, thread: string): Promise<Fields | null> {
  const path = `${runFolder}/${SETTINGS}`
  const left = fieldsOf(parsed(await readFile(path, 'utf8').catch(() => '')))
  if (left['resume'] !== thread) return null
  await rm(path, { force: true })
  const settings = settingsFor(listOf(left['permissions']).map(textOf))
  return Object.keys(settings).length > 0 ? settings : null
}

/** Command line options as the server takes them. */
export function settingsFor(permissions: readonly string[]): Fields {
  if (permissions.includes('--dangerously-bypass-approvals-and-sandbox'))
    return { approvalPolicy: 'never', sandboxPolicy: SANDBOXES.get('danger-full-access') }
  if (permissions.includes('--approve-for-me'))
    return {
      approvalPolicy: 'on-request',
      approvalsReviewer: 'auto_review',
      sandboxPolicy: SANDBOXES.get('workspace-write'),
    }
  const sandbox = SANDBOXES.get(valueOf(permissions, '-s', '--sandbox'))
  const policy = valueOf(permissions, '-a', '--ask-for-approval')
  return {
    ...(policy === '' ? {} : { approvalPolicy: policy, approvalsReviewer: 'user' }),
    ...(sandbox ? { sandboxPolicy: sandbox } : {}),
  }
}

const SANDBOXES = new Map<string, Fields>(
  Object.entries({
    'read-only': { type: 'readOnly', networkAccess: false },
    'workspace-write': {
      type: 'workspaceWrite',
      writableRoots: [],
      networkAccess: false,
      excludeTmpdirEnvVar: false,
      excludeSlashTmp: false,
    },
    'danger-full-access': { type: 'dangerFullAccess' },
  }),
)

function valueOf(options: readonly string[], ...names: readonly string[]): string {
  const at = options.findLastIndex((option) => names.includes(option))
  return at < 0 ? '' : (options[at + 1] ?? '')
}
