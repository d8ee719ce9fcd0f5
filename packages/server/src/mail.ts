// Mail, wired: the mailboxes of this machine and the Agent Messaging Protocol over them.
import { join } from 'node:path'
import { createAmp } from './amp/amp.ts'
import { createProgramBook, type Program } from './amp/program-book.ts'
import { downloadUrl } from './amp/uploads.ts'
import type { Room } from './main.ts'
import type { OwnNaming } from './messages/addresses.ts'
import { newMessage, storedOf } from './messages/composing.ts'
import { createDoorbell, type DoorbellDeps } from './messages/doorbell.ts'
import { findMessage, type AgentBook } from './messages/message-row.ts'
import { createMessages } from './messages/messages.ts'

export type Mail = ReturnType<typeof openMail>

export interface MailDeps extends Pick<
  Room,
  'config' | 'store' | 'clock' | 'random' | 'log' | 'vault' | 'keys' | 'url'
> {
  agents: AgentBook
  /** Tells an agent by its kit's own channel that mail waits; false when it cannot take it now. */
  notify: DoorbellDeps['notify']
  wake: DoorbellDeps['wake']
  naming: () => OwnNaming
}

/** Until somebody names the machine's organisation; shell clients take the alias for a local provider. */
export const NAMING: OwnNaming = { tenant: 'team', provider: 'tutti.local', aliases: ['aimaestro.local'] }

const KEPT_DAYS = 365

/** Opens the mailboxes; `run` begins what time does to mail, and its answer ends that. */
export function openMail(deps: MailDeps) {
  const { store, agents } = deps
  const programs = createProgramBook(deps)
  const secret = deps.keys.vault
  const messages = createMessages({
    ...deps,
    programs: { ...programs, byName: (name) => living(programs.byName(name)) },
    folder: join(deps.config.dataFolder, 'attachments'),
    fileUrl: (id) => downloadUrl(secret, deps.url(), id),
    keptDays: () => KEPT_DAYS,
    judge: (stored) => stored,
  })
  const amp = createAmp({
    ...deps,
    programs,
    secret,
    mail: { ...messages, newMessage, storedOf, find: (id) => findMessage(store, id) },
    isOnline: (id) => (agents.known(id)?.session ?? null) !== null,
  })
  const doorbell = createDoorbell({ ...deps, agent: agents.known })
  return {
    handlers: { ...messages.handlers, ...amp.handlers },
    callers: { byToken: programs.byToken, current: programs.current },
    run() {
      const stopBell = doorbell.run()
      const stopTending = messages.tending.run()
      return async () => {
        stopBell()
        await stopTending()
      }
    },
  }
}

const living = (program: Program | undefined) => (program?.goneAt === null ? program : undefined)
