// Every command: the ones written by hand come before those that the table gives under the same words.
import { variant, type Command } from '../command.ts'
import { agentCommands } from './agent-commands.ts'
import { ampCommands } from './amp-commands.ts'
import { archiveCommands } from './archive-commands.ts'
import { attentionCommands } from './attention-commands.ts'
import { boardCommands } from './board-commands.ts'
import { careCommands } from './care-commands.ts'
import { demoCommands } from './demo-commands.ts'
import { foundCommands } from './found-commands.ts'
import { machineCommands } from './machine-commands.ts'
import { mailCommands } from './mail-commands.ts'
import { mapCommands } from './map-commands.ts'
import { mcpCommands } from './mcp-commands.ts'
import { metaCommands } from './meta-commands.ts'
import { moveCommands } from './move-commands.ts'
import { nodeCommands } from './node-commands.ts'
import { selfCommands } from './self-commands.ts'
import { tableCommands } from './table-commands.ts'
import { terminalCommands } from './terminal-commands.ts'
import { upgradeCommands } from './upgrade-commands.ts'
import { usageCommands } from './usage-commands.ts'
import { userCommands } from './user-commands.ts'

// `tutti agents` alone lists agents, and so on.
const SHORT: Record<string, string> = {
  agents: 'agents list',
  attention: 'attention list',
  rules: 'rules list',
  prompts: 'prompts list',
  budgets: 'budgets list',
  kits: 'kits list',
  users: 'users list',
  tokens: 'tokens list',
  audit: 'audit list',
  events: 'events list',
  recordings: 'recordings list',
  programs: 'programs list',
  settings: 'settings show',
}

export function allCommands(): Command[] {
  const written: Command[] = [
    ...machineCommands,
    ...agentCommands,
    ...attentionCommands,
    ...terminalCommands,
    ...foundCommands,
    ...careCommands,
    ...demoCommands,
    ...selfCommands,
    ...userCommands,
    ...usageCommands(),
    ...mailCommands,
    ...ampCommands,
    ...nodeCommands,
    ...upgradeCommands,
    ...moveCommands,
    ...archiveCommands,
    ...boardCommands,
    ...mcpCommands,
    ...mapCommands(),
    ...metaCommands(() => commands),
  ]
  const words = new Set(written.map((one) => one.words))
  const full = [...written, ...tableCommands().filter((one) => !words.has(one.words))]
  const short = Object.entries(SHORT).flatMap(([alias, target]) => {
    const command = full.find((one) => one.words === target)
    return command ? [variant(command, { words: alias, hidden: true })] : []
  })
  const commands: Command[] = [...full, ...short]
  return commands
}
