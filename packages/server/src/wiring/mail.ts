// Mail, wired: the mailboxes of this machine and the Agent Messaging Protocol over them.
import { resolveTxt } from 'node:dns/promises'
import { join } from 'node:path'
import { must } from '@tutti/core'
import type { Address } from '@tutti/protocol'
import { createAmp } from '../amp/amp.ts'
import { ampSocketDoor } from '../amp/sockets.ts'
import { createProgramBook, type Program } from '../amp/program-book.ts'
import { downloadUrl } from '../amp/uploads.ts'
import type { Room } from '../main.ts'
import { meshFiles } from './mesh-files.ts'
import { meshMail } from './mesh-mail.ts'
import type { Correspondent } from '../messages/addresses.ts'
import { newMessage, storedOf } from '../messages/composing.ts'
import { createAsking, type AskingDeps, type Queue } from '../messages/asking.ts'
import { createDoorbell, NOTICE_BY, type DoorbellDeps } from '../messages/doorbell.ts'
import {
  findMessage,
  findSigned,
  queuedMessages,
  type AgentBook,
  type StoredMessage,
} from '../messages/message-row.ts'
import { createMailSettings } from '../messages/mail-settings.ts'
import { createMessages } from '../messages/messages.ts'
import { createScreening } from '../messages/screening.ts'
import { createSuspensions, suspensionHandlers } from '../messages/suspension.ts'
import { createTaints } from '../messages/taint.ts'
import type { Forwards } from '../moving/forwards.ts'
import { createOutbound, type FetchOutbound } from '../outbound.ts'

export type Mail = ReturnType<typeof openMail>

export interface MailDeps extends Pick<
  Room,
  'config' | 'store' | 'clock' | 'random' | 'log' | 'vault' | 'keys' | 'url'
> {
  agents: AgentBook
  /** Tells an agent by its kit's own channel that mail waits; false when it cannot take it now. */
  notify: DoorbellDeps['notify']
  wake: DoorbellDeps['wake']
  /** Where mail to people that expects an answer is put as well; without it, it lies in their mailboxes only. */
  queue?: Queue
  /** The door for requests to other machines; without it the usual one. */
  fetchOutbound?: FetchOutbound
  /** Whether an address leads to another machine of the room; its mail goes by the mesh. */
  isOfRoom?: (address: Address) => boolean
  /** Takes mail for the room in while it is written; see PostOfficeDeps. */
  leaving?: (messages: readonly StoredMessage[]) => void
  /** Where an agent that has moved away lives now, and whether one came from that machine. */
  onward?: Forwards['onward']
  cameFrom?: Forwards['cameFrom']
  /** The machine of the room that can speak for an agent, by its name; null where it cannot. */
  machineOf?: AskingDeps['machineOf']
  hasLeft?: AskingDeps['hasLeft']
  /** Agents of other machines, for the address book. */
  neighbours?: () => readonly Correspondent[]
  /** The name of a machine that nobody has named yet. */
  named?: Partial<Parameters<typeof createMailSettings>[1]>
}

const UNNAMED = { organization: 'team', provider: 'tutti.local', keptDays: 365, unsignedLocal: false }
const SOCKET_PATHS = ['/v1/ws', '/api/v1/ws', '/api/v1/v1/ws']

/** Opens the mailboxes; `run` begins what time does to mail, and its answer ends that. */
export function openMail(deps: MailDeps) {
  const { store, agents } = deps
  const settings = createMailSettings(store, { ...UNNAMED, ...deps.named })
  const suspensions = createSuspensions(store, () => deps.clock.now())
  const isSuspended = suspensions.has
  const programs = createProgramBook({ ...deps, isSuspended })
  const secret = deps.keys.vault
  const taints = createTaints({
    store,
    now: () => deps.clock.now(),
    sessionSince: (mailbox) => agents.known(mailbox)?.session?.startedAt ?? null,
  })
  const messages = createMessages({
    ...deps,
    programs: { ...programs, byName: (name) => living(programs.byName(name)) },
    folder: join(deps.config.dataFolder, 'attachments'),
    fileUrl: (id) => downloadUrl(secret, deps.url(), id),
    naming: settings.naming,
    keptDays: settings.keptDays,
    judge: createScreening({ store, taints }),
    taints,
    isSuspended,
  })
  const amp = createAmp({
    ...deps,
    programs,
    secret,
    mail: {
      ...messages,
      newMessage,
      storedOf,
      find: (id) => findMessage(store, id),
      signed: (id) => must(findSigned(store, id), `the content of ${id}`),
      queued: (now, limit) =>
        queuedMessages(store, now, limit).filter(
          ({ to }) => deps.isOfRoom?.(messages.addresses.parse(to.address)) !== true,
        ),
    },
    fetchOutbound: deps.fetchOutbound ?? createOutbound(),
    resolveTxt,
    unsignedLocal: settings.unsignedLocal,
    isOnline: (id) => (agents.known(id)?.session ?? null) !== null,
  })
  const door = ampSocketDoor({ ...deps, programs, handlers: amp.handlers })
  const doorbell = createDoorbell({
    ...deps,
    agent: agents.known,
    note: (id, why) => messages.moving.move(id, { type: 'note', why }, { by: NOTICE_BY }),
  })
  const { queue } = deps
  const asking = queue ? createAsking({ ...deps, queue, reply: messages.sending.reply }) : null
  return {
    handlers: {
      ...messages.handlers,
      ...amp.handlers,
      ...settings.handlers(messages.signers),
      ...suspensionHandlers(suspensions, messages.addresses),
    },
    outbox: amp.outbox,
    sockets: Object.fromEntries(SOCKET_PATHS.map((path) => [path, door])),
    signers: messages.signers,
    travelling: messages.travelling,
    filesForMesh: meshFiles(store, messages),
    forMesh: meshMail({ ...deps, now: () => deps.clock.now(), messages, isSuspended }),
    /** Sends the answer to an ask that came by mail. */
    replyByMail: asking?.answer,
    callers: { byToken: amp.byToken, current: programs.current },
    run() {
      const stopBell = doorbell.run()
      const stopAsking = asking?.run()
      const stopTending = messages.tending.run()
      const stopAmp = amp.run()
      return async () => {
        stopBell()
        stopAsking?.()
        await Promise.all([stopTending(), stopAmp()])
      }
    },
  }
}

const living = (program: Program | undefined) => (program?.goneAt === null ? program : undefined)
