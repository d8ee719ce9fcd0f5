// Prompts for the menu of a program: Claude Code, Gemini CLI, OpenCode and others offer them to people as slash commands.
import { MAIL_PROMPTS, operation, type MailPrompt } from '@tutti/core'
import type { Context, Handlers } from '../handler.ts'
import { holds } from '../permission.ts'
import type { PromptMessage, Prompts } from './rpc.ts'

export interface PromptDeps {
  handlers: () => Pick<Handlers, 'listAddresses'>
}

// As many as the protocol lets one answer hold.
const MOST_VALUES = 100

/** The prompts of one caller, for one request. */
export function promptsFor({ handlers }: PromptDeps, context: Context): Prompts {
  const mayUse = ({ needs }: MailPrompt): boolean => {
    const { may } = operation(needs)
    return may !== 'public' && holds(context.actor, may)
  }
  const find = (name: string) => MAIL_PROMPTS.filter(mayUse).find((row) => row.name === name)
  return {
    list: () =>
      MAIL_PROMPTS.filter(mayUse).map(({ name, says, arguments: args }) => ({
        name,
        description: says,
        arguments: [...args],
      })),
    get(name, given): PromptMessage[] | null {
      const row = find(name)
      return row ? [{ role: 'user', content: { type: 'text', text: row.words(given, 'tools') } }] : null
    },
    async complete(name, argument): Promise<string[]> {
      if (find(name)?.name !== 'send' || argument.name !== 'to') return []
      const known = await handlers().listAddresses({}, context)
      const begins = argument.value.toLowerCase()
      return known
        .map((mailbox) => mailbox.name)
        .filter((one) => one.toLowerCase().startsWith(begins))
        .slice(0, MOST_VALUES)
    },
  }
}
