// The four agent programs of the wake test: what each needs of a fresh home, and how the scripted model makes it ask.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface WakeProgram {
  /** The name in `node_modules/.bin`, which is also its kit's command. */
  bin: string
  label: string
  /** Files below its home, made before the first start. */
  seed(place: { work: string }): Readonly<Record<string, string>>
  env: Readonly<Record<string, string>>
  /** What tells this agent's requests apart from another's: variables and arguments with its own model address. */
  model(url: string): { env: Readonly<Record<string, string>>; args: readonly string[] }
  /** A prompt that opens a permission dialog for a command. */
  asks(command: string): string
}

const sh = (command: string): string => `[[sh: ${command}]] [[say: done]]`
const KEY = 'sk-ant-dummy-000'

const claude: WakeProgram = {
  bin: 'claude',
  label: 'Claude Code',
  seed: ({ work }) => ({
    '.claude.json': JSON.stringify({
      hasCompletedOnboarding: true,
      theme: 'dark',
      // The program knows an approved key by its last 20 characters.
      customApiKeyResponses: { approved: [KEY.slice(-20)] },
      projects: { [work]: { hasTrustDialogAccepted: true } },
    }),
  }),
  env: {
    ANTHROPIC_API_KEY: KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    NO_PROXY: '127.0.0.1',
  },
  model: (url) => ({ env: { ANTHROPIC_BASE_URL: url }, args: [] }),
  asks: sh,
}

const codex: WakeProgram = {
  bin: 'codex',
  label: 'Codex',
  seed: ({ work }) => ({
    '.codex/config.toml': [
      'model = "scripted-1"',
      'model_provider = "scripted"',
      'check_for_update_on_startup = false',
      '[model_providers.scripted]',
      'name = "scripted"',
      'base_url = "http://127.0.0.1:9/v1"',
      'env_key = "SCRIPTED_KEY"',
      'wire_api = "responses"',
      `[projects."${work}"]`,
      'trust_level = "trusted"',
      '',
    ].join('\n'),
  }),
  env: { SCRIPTED_KEY: 'dummy' },
  model: (url) => ({ env: {}, args: ['-c', `model_providers.scripted.base_url="${url}/v1"`] }),
  asks: (command) =>
    `[[tool: exec_command | ${JSON.stringify({ cmd: command, sandbox_permissions: 'require_escalated', justification: 'may I?' })} ]] [[say: done]]`,
}

const gemini: WakeProgram = {
  bin: 'gemini',
  label: 'Gemini CLI',
  seed: () => ({
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { enableAutoUpdate: false },
    }),
  }),
  env: { GEMINI_API_KEY: 'dummy' },
  model: (url) => ({
    env: { GOOGLE_GEMINI_BASE_URL: url },
    args: ['--skip-trust', '-m', 'gemini-2.5-flash'],
  }),
  asks: sh,
}

const opencode: WakeProgram = {
  bin: 'opencode',
  label: 'OpenCode',
  seed: () => {
    const options = { baseURL: '{env:SCRIPTED_URL}/v1', apiKey: 'dummy' }
    const models = { s1: { name: 'S1', limit: { context: 200_000, output: 8000 } } }
    const scripted = { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models }
    const config = {
      autoupdate: false,
      model: 'scripted/s1',
      small_model: 'scripted/s1',
      provider: { scripted },
    }
    return { '.config/opencode/opencode.json': JSON.stringify(config) }
  },
  env: { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' },
  model: (url) => ({ env: { SCRIPTED_URL: url }, args: [] }),
  asks: sh,
}

/** The slowest to start first, so that the last does not run alone for long. */
export const WAKE_PROGRAMS: readonly WakeProgram[] = [opencode, gemini, claude, codex]

/** Where a program lies: in the folder itself, or installed by npm into it or into a folder of it; null where it does not. */
export function folderOf(folder: string, bin: string): string | null {
  const installs = ['', ...(existsSync(folder) ? readdirSync(folder) : [])].map((name) =>
    join(folder, name, 'node_modules', '.bin'),
  )
  return [folder, ...installs].find((place) => existsSync(join(place, bin))) ?? null
}
