// The hooks of Claude Code: which are asked for, and what their bodies tell. They come from a program, so nothing in them is believed.
import { clipped, fieldsOf, isFields, listOf, textOf, type Fields } from '../foreign.ts'

// A person may take a day; the dialog in the terminal stays usable all the while.
const PERSON_S = 86_400
// For all others: a hook that hangs would hold the agent up.
const REPORT_S = 5

const TOOL_HOOKS = ['PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostToolUseFailure'] as const
const PLAIN_HOOKS = [
  'UserPromptSubmit',
  'Notification',
  'Stop',
  'StopFailure',
  'SubagentStart',
  'SubagentStop',
] as const

export const TOKEN_VARIABLE = 'TUTTI_TOKEN'

/** The settings file of one launch: hooks that report to Tutti, and nothing else. */
export function hookSettings(url: string): string {
  const hook = (name: string) => ({
    type: 'http',
    url: `${url}/v1/hooks/${name}`,
    // Filled in by the program from its environment, so that the token is in no file.
    headers: { Authorization: `Bearer $${TOKEN_VARIABLE}` },
    allowedEnvVars: [TOKEN_VARIABLE],
    timeout: name === 'PermissionRequest' ? PERSON_S : REPORT_S,
  })
  const tools = TOOL_HOOKS.map((name) => [name, [{ matcher: '*', hooks: [hook(name)] }]] as const)
  const others = PLAIN_HOOKS.map((name) => [name, [{ hooks: [hook(name)] }]] as const)
  return `${JSON.stringify({ hooks: Object.fromEntries([...tools, ...others]) }, null, 2)}\n`
}

export interface HookFacts {
  /** The vendor's session, where it is one. */
  session: string
  transcript: string
  /** The sub-agent that it is about; null for the main one. */
  subAgent: string | null
  tool: { id: string; name: string; input: string }
  prompt: string
  lastMessage: string
  error: string
  tasks: readonly { id: string; isAgent: boolean }[]
  isStopHookActive: boolean
  notification: string
}

export function factsOf(payload: unknown): HookFacts {
  const body = fieldsOf(payload)
  const text = (name: string, limit: number) => clipped(textOf(body[name]), limit)
  const subAgent = text('agent_id', 200)
  return {
    session: text('session_id', 100),
    transcript: text('transcript_path', 4096),
    subAgent: subAgent === '' ? null : subAgent,
    tool: {
      id: text('tool_use_id', 200),
      name: text('tool_name', 500),
      input: JSON.stringify(body['tool_input'] ?? null),
    },
    prompt: text('prompt', 20_000),
    lastMessage: text('last_assistant_message', 20_000),
    error: text('last_assistant_message', 1000) || text('error', 1000) || 'an unknown error',
    tasks: listOf(body['background_tasks'])
      .filter(isFields)
      .filter((task) => task['status'] === 'running')
      .map(taskOf),
    isStopHookActive: body['stop_hook_active'] === true,
    notification: text('notification_type', 100),
  }
}

const taskOf = (task: Fields) => ({
  id: clipped(textOf(task['id']), 200),
  isAgent: task['type'] === 'subagent',
})
