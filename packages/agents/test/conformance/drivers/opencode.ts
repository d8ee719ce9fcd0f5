// OpenCode under conformance: one scripted service, with a model of its own for what the program asks on its own account.
import { openCodeKit as kit } from '../../../src/opencode/kit.ts'
import type { Driver } from '../driver.ts'

const SETTINGS = '.config/opencode/opencode.json'
const ASIDE = 'aside-1'
const NEVER_LATER = 'its turn waits for every command and every sub-agent'

export const openCode: Driver = {
  kit,
  seed: ({ model }) => ({
    [SETTINGS]: JSON.stringify({
      // The program writes it into settings that lack it.
      $schema: 'https://opencode.ai/config.json',
      autoupdate: false,
      model: 'scripted/scripted-1',
      small_model: `scripted/${ASIDE}`,
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Scripted',
          options: { baseURL: `${model}/v1`, apiKey: 'dummy' },
          models: {
            'scripted-1': { name: 'Scripted', reasoning: true, limit: { context: 100_000, output: 8000 } },
            [ASIDE]: { name: 'Aside', limit: { context: 100_000, output: 8000 } },
          },
        },
      },
    }),
  }),
  settings: [SETTINGS],
  env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' }),
  args: [],
  ready: /ctrl\+p commands/u,
  dialog: /Permission required/u,
  picker: /Which color\?[^]*esc dismiss/u,
  showsDiffs: true,
  reportsSubAgents: false,
  keys: { allow: ['Enter'], answer: ['Enter'], dismiss: ['Escape'], interrupt: ['Escape', 'Escape'] },
  said: (text) => new RegExp(`^ *${text} *$`, 'mu'),
  asksFor: (command) => `[[sh: ${command}]]`,
  prompts: {
    subAgentAsks:
      '[[tool: task | {"description":"asker","prompt":"{{sh: touch sub.txt}} {{say: sub done}}","subagent_type":"general"} ]] [[say: main done]]',
  },
  menu: [{ typed: '/inbox', shows: /\/tutti:inbox:mcp/u }],
  loadsSkill: {
    prompt: '[[tool: skill | {"name":"tutti-mail"} ]] [[say: learnt]]',
    shows: /^ *learnt *$/mu,
  },
  // It finds a title for a conversation, which no message of the conversation counts.
  isAside: ({ model }) => model === ASIDE,
  without: { 'background command': NEVER_LATER, 'sub-agent after Stop': NEVER_LATER },
}
