// Codex under conformance: a service of its own in its settings, and commands that leave its sandbox.
import { codexKit as kit } from '../../../src/codex/kit.ts'
import type { Driver } from '../driver.ts'

const SETTINGS = '.codex/config.toml'

const call = (tool: string, input: object): string => `[[tool: ${tool} | ${JSON.stringify(input)} ]]`
const PATCH = ['*** Begin Patch', '*** Add File: notes.md', '+one line', '*** End Patch']

export const codex: Driver = {
  kit,
  seed: ({ model, work }) => ({
    [SETTINGS]: [
      'model = "scripted-1"',
      'model_provider = "scripted"',
      'check_for_update_on_startup = false',
      '[model_providers.scripted]',
      'name = "scripted"',
      `base_url = "${model}/v1"`,
      'env_key = "SCRIPTED_KEY"',
      'wire_api = "responses"',
      `[projects."${work}"]`,
      'trust_level = "trusted"',
      // What the program notes down for itself in the settings, as of somebody who has used it for a while.
      '[tui]',
      'screen_reader_detection_done = true',
      '[tui.model_availability_nux]',
      '"gpt-6.1-sol" = 4',
      '',
    ].join('\n'),
  }),
  settings: [SETTINGS],
  // Its helper programs refuse to lie below its own folder.
  env: () => ({ SCRIPTED_KEY: 'dummy' }),
  // Without it only a plan may ask questions.
  args: ['--enable', 'default_mode_request_user_input'],
  ready: /^›/mu,
  dialog: /Would you like to [^]*to cancel/u,
  picker: /Which color\?[^]*enter to submit/u,
  showsDiffs: true,
  reportsSubAgents: false,
  keys: { allow: ['y'], answer: ['Enter'], dismiss: ['Escape'], interrupt: ['Escape'] },
  said: (text) => new RegExp(`^\\S? ?${text}$`, 'mu'),
  asksFor: (cmd) =>
    call('exec_command', { cmd, sandbox_permissions: 'require_escalated', justification: 'May I?' }),
  // Its HTTP client does so within a few seconds; only then does Codex itself hear of it.
  silentTries: 4,
  prompts: {
    background: `${call('exec_command', { cmd: 'sleep 4', yield_time_ms: 500 })} [[say: started]]`,
    subAgent: `${call('multi_agent_v1.spawn_agent', { message: '{{sleep: 3000}} {{say: counted}}' })} [[say: main done]]`,
    subAgentAsks: `${call('multi_agent_v1.spawn_agent', { message: `${call('exec_command', { cmd: 'touch sub.txt', sandbox_permissions: 'require_escalated', justification: 'May I?' }).replace('[[', '{{').replace(']]', '}}')} {{say: sub done}}` })} [[say: main done]]`,
    write: call('exec_command', { cmd: ["apply_patch <<'EOF'", ...PATCH, 'EOF'].join('\n') }),
  },
  // Its menu of skills is opened by another key; it has no menu of MCP prompts.
  menu: [
    { typed: '$tutti', shows: /tutti-mail +\[Skill\]/u },
    { typed: '$tutti', shows: /tutti-inbox +\[Skill\]/u },
  ],
  // It finds a title for a conversation, which no record of it counts.
  isAside: ({ prompt }) => prompt.includes('single-line task title'),
  without: {},
}
