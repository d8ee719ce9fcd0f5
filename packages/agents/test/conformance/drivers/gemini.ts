// Gemini CLI under conformance: seeded with a key, so that it asks for no login.
import { geminiKit as kit } from '../../../src/gemini/kit.ts'
import type { Driver } from '../driver.ts'

const SETTINGS = '.gemini/settings.json'
const SILENT_TRIES = 'neither its title nor its screen tells that it asks the service again'
const SILENT_COMMANDS = 'nothing of it tells that a command goes on after the turn'
const AT_HOME = 'it takes skills, prompts and servers from its home, the project, or files of root only'
const NEVER_LATER = 'its turn waits for every sub-agent'

export const gemini: Driver = {
  kit,
  seed: () => ({
    [SETTINGS]: JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { enableAutoUpdate: false },
    }),
  }),
  settings: [SETTINGS],
  env: ({ model }) => ({ GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: model }),
  args: ['--skip-trust', '-m', 'gemini-2.5-flash'],
  ready: /Type your message/u,
  dialog: /1\. Allow once[^]*\(esc\)/u,
  picker: /Which color\?[^]*Esc to cancel/u,
  showsDiffs: true,
  reportsSubAgents: false,
  keys: { allow: ['1'], answer: ['1'], dismiss: ['Escape'], interrupt: ['Escape'] },
  said: (text) => new RegExp(`^\\s*\\S? ?${text}$`, 'mu'),
  asksFor: (command) => `[[sh: ${command}]]`,
  prompts: {
    subAgentAsks:
      '[[tool: invoke_agent | {"agent_name":"generalist","prompt":"{{sh: touch sub.txt}} {{tool: complete_task | {\\"result\\":\\"done\\"} }}"} ]] [[say: main done]]',
  },
  without: {
    'background command': SILENT_COMMANDS,
    'sub-agent after Stop': NEVER_LATER,
    'skill and prompts': AT_HOME,
    'API 429': SILENT_TRIES,
    'API 529': SILENT_TRIES,
  },
}
