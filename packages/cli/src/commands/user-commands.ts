// People and tokens, where an answer holds a secret that is shown once.
import type { OutputOf } from '@tutti/core'
import { variant, type Call, type Command, type Outcome } from '../command.ts'
import { serverOf } from '../place.ts'
import { tableCommand } from './table-commands.ts'

export const userCommands: Command[] = [
  shownOnce('createUser', inviteLink),
  shownOnce('renewInvite', inviteLink),
  shownOnce('createToken', (_call, data) => secretLine(data)),
]

type Secret = 'createUser' | 'renewInvite' | 'createToken'

function shownOnce(name: Secret, line: (call: Call, data: unknown) => string): Command {
  const derived = tableCommand(name)
  return variant(derived, {
    run: async (call): Promise<Outcome> => {
      const outcome = await derived.run(call)
      return { ...outcome, text: () => line(call, outcome.data) }
    },
  })
}

function inviteLink(call: Call, data: unknown): string {
  // The client gives what the table's schema says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { invite } = data as OutputOf<'renewInvite'>
  return `Give this link to them. It works once, for 7 days:\n${serverOf(call.io, call.place).url}/#invite=${invite}`
}

function secretLine(data: unknown): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { token, secret } = data as OutputOf<'createToken'>
  return `${token.id}\nThe secret is shown this once:\n${secret}`
}
