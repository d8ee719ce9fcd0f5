// Letting a machine in: the code, the digits and the people at both ends, over a carrier that nobody trusts yet.
import { fault, type Id, type NodePairing, type PairingPhase } from '@tutti/core'
import {
  beginJoining,
  INVITE_MS,
  newInvitation,
  stepInvitation,
  stepJoining,
  type Invitation,
  type Joining,
  type NodeRole,
  type PairingDeps,
} from '@tutti/core/mesh'
import { formatInvite, parseInvite, type InviteCode } from '@tutti/protocol'
import { createPairingBook, say, shown, wordOf, type PairingBookDeps, type Under } from './pairing-book.ts'
import type { Carrier, PeerTransport } from './transport.ts'

export interface PairingsDeps extends PairingDeps, PairingBookDeps {
  transport: PeerTransport
}

export type Pairings = ReturnType<typeof createPairings>

const SECRET_BYTES = 16
// A code has to be read aloud and scanned; the directory tells the rest later.
const MOST_URLS = 3

export function createPairings(deps: PairingsDeps) {
  const { clock, transport } = deps
  const book = createPairingBook(deps)
  const by = () => ({ ...deps, nowMs: clock.now() })
  return {
    /** Whether somebody may come with a code. */
    isOpen: () => book.open() !== undefined,

    async invite(role: NodeRole): Promise<NodePairing> {
      const urls = (await listening(transport)).slice(0, MOST_URLS)
      const former = book.open()
      if (former) book.end(former, 'A newer invitation takes its place')
      const secret = deps.random(SECRET_BYTES)
      const one: Under = book.add({
        side: 'inviter',
        code: formatInvite({ inviter: deps.self, secret, urls }, deps.crypto),
        role,
        urls: [],
        state: newInvitation(secret, clock.now()),
        until: clock.now() + INVITE_MS,
        step: (input) => stepInvitation(invitationOf(one.state), input, by()),
      })
      return shown(one)
    },

    /** A machine comes with a code; the first one to prove that it has it takes the invitation. */
    arrived(carrier: Carrier): void {
      const one = book.open()
      if (!one) return carrier.close()
      carrier.listen({
        message(bytes) {
          const word = wordOf(bytes)
          const isFirst = one.state.phase === 'open' && word?.say === 'join' && word.joiner === carrier.peer
          if (!isFirst) return carrier.close()
          one.carrier = carrier
          book.take(one, { type: 'heard', word })
          if (isTaken(one)) book.hear(one, carrier)
          else carrier.close()
        },
        closed: () => undefined, // before its proof it has begun nothing
      })
    },

    async join(text: string): Promise<NodePairing> {
      const code = codeOf(text, deps)
      const carrier = await reached(transport, code)
      const { state, words } = beginJoining(code, deps, clock.now())
      const one: Under = book.add({
        side: 'joiner',
        code: null,
        role: 'full',
        urls: code.urls,
        state,
        until: clock.now() + INVITE_MS,
        step: (input) => stepJoining(joiningOf(one.state), input, by()),
      })
      book.hear(one, carrier)
      for (const word of words) say(one, word)
      return book.past(one, 'open')
    },

    get: (id: Id<'pairing'>, past?: PairingPhase): Promise<NodePairing> => book.past(book.get(id), past),

    compare(id: Id<'pairing'>, alike: boolean): NodePairing {
      const one = book.get(id)
      if (one.state.phase !== 'comparing') throw fault('node.pairing-phase', { phase: one.state.phase })
      book.take(one, { type: 'alike', yes: alike })
      return shown(one)
    },

    close: book.close,
  }
}

async function listening(transport: PeerTransport): Promise<readonly string[]> {
  try {
    return await transport.listen()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    const port = /:(\d+)$/.exec(problem)?.[1] ?? ''
    throw fault('node.port-taken', { port, problem }, error)
  }
}

async function reached(transport: PeerTransport, code: InviteCode): Promise<Carrier> {
  try {
    return await transport.dial(code.inviter, code.urls, 'pairing')
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    if (problem === 'it answered 401') throw fault('node.code-refused', {}, error)
    throw fault('node.unreachable', { urls: code.urls.join(', '), problem }, error)
  }
}

function codeOf(text: string, { crypto }: PairingsDeps): InviteCode {
  try {
    return parseInvite(text, crypto)
  } catch (error) {
    throw fault('node.code-invalid', { problem: error instanceof Error ? error.message : '' }, error)
  }
}

const isTaken = ({ state }: Under): boolean => state.phase === 'taken'

function invitationOf(state: Invitation | Joining): Invitation {
  if (state.phase === 'joining') throw new Error('an invitation is never a joining')
  return state
}

function joiningOf(state: Invitation | Joining): Joining {
  if (state.phase === 'open' || state.phase === 'taken') throw new Error('a joining is never an invitation')
  return state
}
