// Claude Code under conformance: seeded so that it asks neither for a login nor for trust in the folder.
import { claudeCode as kit } from '../../../src/claude-code/kit.ts'
import type { Driver } from '../driver.ts'

const KEY = 'sk-ant-dummy-000'
const SETTINGS = '.claude/settings.json'
const MEMORY = '.claude/CLAUDE.md'

export const claudeCode: Driver = {
  kit,
  seed: ({ work }) => ({
    '.claude.json': JSON.stringify({
      hasCompletedOnboarding: true,
      theme: 'dark',
      // The program knows an approved key by its last 20 characters.
      customApiKeyResponses: { approved: [KEY.slice(-20)] },
      projects: { [work]: { hasTrustDialogAccepted: true } },
    }),
    [SETTINGS]: JSON.stringify({ cleanupPeriodDays: 90, includeCoAuthoredBy: true }),
    [MEMORY]: 'Be brief.\n',
  }),
  settings: [SETTINGS, MEMORY],
  env: ({ model }) => ({
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    NO_PROXY: '127.0.0.1',
  }),
  args: [],
  ready: /^❯/mu,
  dialog: /Do you want to[^]*Esc to cancel/u,
  picker: /Enter to select/u,
  showsDiffs: true,
  reportsSubAgents: true,
  keys: { allow: ['1'], answer: ['1'], dismiss: ['Escape'], interrupt: ['Escape'] },
  said: (text) => new RegExp(`^\\S? ?${text}$`, 'mu'),
  asksFor: (command) => `[[sh: ${command}]]`,
  menu: [
    { typed: '/tutti', shows: /tutti-mail/u },
    { typed: '/inbox', shows: /\/tutti:inbox \(MCP\)/u },
  ],
  // The text of the skill takes the place of the prompt, so that the script ends there.
  loadsSkill: { prompt: '[[tool: Skill | {"skill":"tutti:tutti-mail"} ]]', shows: /Loaded skill/u },
  without: {},
}
