// Every failure that a caller may meet, in one place: its code, its HTTP status and the sentence that says what was
// expected, what came and what to do.
import { ARCHIVE_FAULTS } from './archive-faults.ts'
import { IDENTITY_FAULTS } from './identity-faults.ts'
import { UPGRADE_FAULTS } from './upgrade-faults.ts'

/** `{name}` in a sentence is filled from the fault's details. Nothing secret may be a detail. */
const CATALOGUE = {
  'input.malformed': [400, 'The request body is not valid JSON ({problem}). Send one JSON object.'],
  'input.invalid': [422, 'The input does not fit: {problems}. See /openapi.json for what {operation} takes.'],
  'input.too-large': [413, 'The request body is larger than {limit}. Send less, or split it.'],
  'input.media-type': [415, 'Expected Content-Type: application/json, got {got}.'],
  'request.host-refused': [
    421,
    'This server does not answer to the host name {host}. Open it as {expected}.',
  ],
  'request.origin-refused': [
    403,
    'A page from {origin} may not call this server. Open the dashboard at its own address.',
  ],
  'request.cross-site': [403, 'A page of another site may not call this server (Sec-Fetch-Site: {site}).'],
  'request.header-missing': [403, 'A signed-in browser must send the header X-Tutti: 1 with every call.'],
  'route.unknown': [404, 'Nothing is at {method} {path}. /openapi.json lists what is.'],
  'route.method': [405, '{path} does not take {method}; it takes {allowed}.'],
  'rate.limited': [429, 'Too many requests; the limit is {limit}. Try again in {seconds} s.'],
  'auth.missing': [
    401,
    'This needs a login or an API token. Log in at the dashboard, or send Authorization: Bearer TOKEN.',
  ],
  'auth.invalid': [
    401,
    'The token or login is unknown, expired or revoked. Log in again or make a new token.',
  ],
  'auth.wrong-password': [401, 'The name, password or code is wrong. Check them and try again.'],
  'auth.code-needed': [401, 'This account also needs the six-digit code of its authenticator app.'],
  'auth.ticket-invalid': [401, 'The stream ticket is unknown, used or older than 30 s. Ask for a new one.'],
  'auth.ticket-foreign': [403, 'The stream ticket was made for another login or path. Ask for a new one.'],
  'auth.too-many-failures': [429, 'Too many failed attempts. Wait {seconds} s, then try again.'],
  'auth.forbidden': [
    403,
    'Your role ({role}) may not do this; it needs {permission}. Ask an owner or admin.',
  ],
  'auth.scope': [403, 'This token lacks the scope {permission}. Make a token that has it.'],
  'setup.missing': [409, 'This machine has no owner yet. Run `tutti open` and set one up first.'],
  'setup.done': [409, 'This machine already has an owner. Log in instead.'],
  'setup.link-invalid': [
    401,
    'The one-time link is wrong or used. Run `tutti open` on the machine to get a new one.',
  ],
  'invite.invalid': [401, 'The invitation is wrong, used or older than 7 days. Ask for a new one.'],
  'password.weak': [
    422,
    'The password needs at least {min} characters and must not be the name; it has {length}.',
  ],
  'user.unknown': [404, 'No user has the id {id}.'],
  'user.name-taken': [409, 'A user called {name} exists already. Choose another name.'],
  'user.last-owner': [409, 'This is the only owner. Make somebody else an owner first.'],
  'login.unknown': [404, 'No login has the id {id}; it may have ended.'],
  'token.unknown': [404, 'No API token has the id {id}; it may have been revoked.'],
  'token.scope-exceeds': [403, 'A token cannot have more rights than you: {scope} is not yours to give.'],
  'totp.wrong-code': [
    422,
    'The code does not match. Check the clock of your phone and enter the newest code.',
  ],
  'totp.not-started': [409, 'No authenticator set-up is under way. Begin it first.'],
  'passkey.refused': [401, 'The passkey was not accepted ({problem}). Try again or use your password.'],
  'passkey.unknown': [404, 'No passkey has the id {id}.'],
  'agent.unknown': [404, 'No agent answers to {id}. Run `tutti agents` to see who does.'],
  'agent.name-invalid': [
    400,
    'An agent name is 1 to 64 lower-case letters, digits and single hyphens, such as shop-backend-api; got {name}.',
  ],
  'agent.name-taken': [
    409,
    'An agent called {name} exists already. Choose another name, or rename that one.',
  ],
  'agent.name-deleted': [
    409,
    'A deleted agent still holds the name {name}. Undelete it, purge it, or choose another name.',
  ],
  'agent.deleted': [409, '{name} was deleted. Undelete it first.'],
  'agent.not-deleted': [409, '{name} is not deleted. Delete it before you purge it.'],
  'agent.running': [409, '{name} runs already.'],
  'agent.not-running': [409, '{name} does not run. Wake it first: `tutti agents wake {name}`.'],
  'agent.start-failed': [409, '{name} could not start: {problem}.'],
  'agent.adopted': [
    409,
    '{name} lives on your own tmux server, so Tutti does not start or stop it ({what}).',
  ],
  'agent.busy': [409, '{name} is busy and cannot take words now. They can wait until it is done.'],
  'agent.unable': [409, '{name} runs a program that Tutti cannot {what}. Do it in its terminal.'],
  'agent.folder-missing': [
    422,
    'The working folder {path} does not exist or is not a folder. Pick another one.',
  ],
  'agent.program-missing': [
    422,
    'The program {program} was not found on the PATH. Install it or give its full path.',
  ],
  'isolation.unavailable': [
    503,
    'This machine cannot sandbox an agent: {problem}. {advice} Or choose isolation none.',
  ],
  'isolation.folder': [
    422,
    'An agent in a sandbox cannot work in {path}: it holds {holds}, which the sandbox hides. Choose a folder of its own.',
  ],
  'version.missing': [428, 'Send If-Match with the version that you read, so that nobody is overwritten.'],
  'version.stale': [
    412,
    'Somebody changed this meanwhile: it is at version {current}, you sent {sent}. Read it again.',
  ],
  'avatar.none': [404, 'The agent {id} has no uploaded avatar.'],
  'avatar.invalid': [422, 'An avatar is a PNG, JPEG or WebP of at most {limit}; got {got}.'],
  'found.unknown': [404, 'That tmux session is gone. Run `tutti found` to see what is there.'],
  'found.adopted': [409, 'That tmux session is already the agent {name}.'],
  'folder.outside': [
    403,
    'The folder {path} is outside the allowed folders ({roots}). An admin can allow it in Settings, or with `tutti settings change --allowed-folders`.',
  ],
  'folder.unknown': [404, 'The folder {path} does not exist.'],
  'folder.exists': [409, 'The folder {path} exists already.'],
  'folder.refused': [
    409,
    'The folder {path} cannot be made there ({problem}). Choose one that you may write to.',
  ],
  'folder.name-invalid': [
    422,
    'A folder name is 1 to 100 characters (255 bytes) without / and not . or ..; got {name}.',
  ],
  'tmux.missing': [503, 'tmux {needed} or newer is needed and was not found. Install it: {command}.'],
  'attention.unknown': [404, 'Nothing in the queue has the id {id}.'],
  'attention.stale': [409, 'This was settled meanwhile: it is {receipt} ({why}). Nothing was sent.'],
  'attention.unfit': [422, 'The answer does not fit what is asked: {problem}.'],
  'attention.needs-answer': [409, 'An agent waits for this: answer it in place of dismissing it.'],
  'rule.unknown': [404, 'No rule has the id {id}.'],
  'rule.ended': [409, 'This rule has ended already.'],
  'prompt.unknown': [404, 'No waiting prompt has the id {id}; the agent may have it by now.'],
  'budget.reached': [
    409,
    '{name} is paused: the limit for the {period} is used. Raise or remove it in the budgets, or wait.',
  ],
  'budget.unknown': [404, 'No budget has the id {id}.'],
  'push.refused': [422, 'The address for notifications cannot be used ({problem}).'],
  'push.unknown': [404, 'No subscription of yours has the id {id}.'],
  'terminal.closed': [409, 'The terminal of {name} has ended.'],
  'terminal.failed': [502, 'tmux did not do it: {problem}.'],
  'recording.unknown': [404, 'No recording has the id {id}.'],
  'recording.running': [409, '{name} is being recorded already.'],
  'recording.not-running': [409, '{name} is not being recorded.'],
  'backup.unknown': [404, 'No backup has the id {id}.'],
  'backup.damaged': [422, 'The backup {path} is damaged: {problem}. Use another one.'],
  'audit.broken': [409, 'The audit log was changed at entry {seq}: {problem}.'],
  'event.pruned': [
    410,
    'The events after {since} are no longer kept. Read everything again, then go on from {last}.',
  ],
  'store.full': [
    507,
    'The disk is full or failing ({problem}); nothing was saved. Free space: it heals by itself.',
  ],
  'store.damaged': [500, 'The file {path} is damaged ({problem}). Run `tutti doctor`, then `tutti restore`.'],
  'store.newer': [
    500,
    'The database {path} is from a newer Tutti (step {found}; this one knows {known}). Install that release.',
  ],
  'secret.missing': [
    500,
    'The key file {path} is missing or wrong, so stored secrets cannot be read. Restore it from a backup.',
  ],
  'message.unknown': [404, 'No message of yours has the id {id}.'],
  'message.recipient-unknown': [
    404,
    'Nobody answers to {to}. Write to a name, name@tenant.provider, #tag or a name with *; `tutti addresses` lists them.',
  ],
  'message.recipients-many': [422, '{to} means {count} mailboxes; a broadcast reaches at most {limit}.'],
  'message.state': [409, 'The message {id} is {state}, so it cannot be changed that way ({move}).'],
  'message.not-yours': [403, 'The message {id} is not yours to change that way ({action}).'],
  'message.repeated': [
    409,
    'The key {key} came before with another message. Use a new key for a new message.',
  ],
  'message.id-taken': [409, 'A message with the id {id} was accepted before. Use a new id.'],
  'message.too-large': [413, 'The {what} is larger than {limit}. Send less, or attach a file.'],
  'message.expired': [
    410,
    'The message would expire before it could be read ({expires}). Give it more time.',
  ],
  'message.no-mailbox': [409, 'This caller has no mailbox. Set up an owner, or use the token of an agent.'],
  'message.hash-stale': [
    409,
    'The message {id} is not the one that was looked at. Look at it again, then decide.',
  ],
  'message.provider-silent': [502, 'Nothing sound can be learned of the provider {provider}: {problem}.'],
  'message.provider-unknown': [
    422,
    'Nobody here knows how to reach {provider}. Add it under Settings first.',
  ],
  'mailbox.suspended': [
    403,
    'The mailbox {name} is closed for now, so nothing is taken from it or for it. An operator can open it: `tutti mail unsuspend`.',
  ],
  'mailbox.unknown': [404, 'There is no mailbox {id}, or it is not yours to read.'],
  'attachment.unknown': [404, 'No attachment has the id {id}, or it is not yours to read.'],
  'attachment.refused': [422, 'The file {name} cannot be attached ({problem}).'],
  'attachment.used': [409, 'The attachment {id} belongs to another message. Upload it again.'],
  'code.symbol-unknown': [
    404,
    'The code map has no {name}; near it are: {near}. Name it as FILE:SYMBOL, FILE:LINE or SYMBOL.',
  ],
  'map.folder-needed': [
    422,
    'Say which folder: an absolute path in a working copy, such as --folder /srv/shop.',
  ],
  'map.foreign-folder': [403, 'An agent may question the map of its own folder only, not of {folder}.'],
  'map.file-unknown': [404, 'The code map has no file {file}, or it cannot be read ({problem}).'],
  'map.schema-refused': [
    422,
    'The schema of {database} could not be read ({problem}). Check its address and the rights of its user.',
  ],
  'map.failed': [
    500,
    'The code map of {folder} could not answer ({problem}). Try again; the index begins anew.',
  ],
  'node.unknown': [404, 'No machine of the room has the id {id}. Run `tutti nodes` to see who is there.'],
  'node.self': [409, 'That is this machine itself. `tutti nodes leave` takes it out of the room.'],
  'node.code-invalid': [
    422,
    'This is no whole invitation code ({problem}). Copy it again from the other machine.',
  ],
  'node.code-refused': [
    409,
    'The other machine did not take the code: it is used, older than 10 min, or of another machine. Make a new one there.',
  ],
  'node.unreachable': [
    502,
    'The other machine cannot be reached at {urls} ({problem}). Check that it runs and that no firewall is between.',
  ],
  'node.away': [503, '{name} cannot be reached since {since}. What waits for it is kept.'],
  'node.denied': [403, '{name} does not let you do that there. Its admin can: `tutti nodes grant`.'],
  'agent.moving': [
    409,
    '{name} is on its way to {node}. Wait until it is there, or call it off with `tutti move {name} --cancel`.',
  ],
  'agent.doubted': [409, '{name} may live elsewhere since the backup was made; settle it in Machines.'],
  'agent.moved': [409, '{name} lives on {node} now. Ask for it there.'],
  'move.unknown': [404, '{agent} has not been moved from or to this machine.'],
  'move.too-late': [409, '{name} cannot be called back: its move is {phase}.'],
  'move.refused': [409, '{node} does not take {name}: {problem}.'],
  'parcel.damaged': [
    422,
    'What was to hold an agent cannot be used: {problem}. Nothing was taken from it; get it once more.',
  ],
  'card.unknown': [404, 'No card of the board has the id {id}; it may have been taken off.'],
  'board.column-unknown': [404, 'The board has no column {column}; it has {known}.'],
  'board.column-used': [409, 'The column {column} has cards, or is the last one. Move its cards first.'],
  ...ARCHIVE_FAULTS,
  'node.remote': [502, '{name} could not do it: {problem}.'],
  'node.pairing-unknown': [404, 'No joining has the id {id}; it may be over. Begin a new one.'],
  'node.pairing-phase': [409, 'The two machines have not shown their digits yet, or it is over ({phase}).'],
  'node.port-taken': [
    409,
    'Other machines cannot reach this one: port {port} is taken ({problem}). Choose another with TUTTI_PEER_PORT.',
  ],
  'device.code-refused': [
    401,
    'The code is used, wrong, or older than 10 min. Make a new one in the browser that is logged in.',
  ],
  'device.refused': [401, 'This device was not let in. Begin again in the browser that is logged in.'],
  'device.too-many': [429, 'There are too many pairings under way. Wait until they are over.'],
  'node.claim-elsewhere': [409, 'This machine does not claim {agent}. Settle it on one of the two that do.'],
  'node.door-refused': [
    409,
    'Other machines cannot be let in at {host} ({problem}). Choose another address.',
  ],
  ...IDENTITY_FAULTS,
  ...UPGRADE_FAULTS,
  'server.running': [409, 'Tutti is running on {path}. Stop it first with `tutti down`.'],
  'server.stopping': [503, 'The server is stopping. Try again in a moment.'],
  'server.bug': [
    500,
    'Something in Tutti broke; it is logged as {reference}. Please report it with that reference.',
  ],
} as const satisfies Record<string, readonly [status: number, sentence: string]>

export type FaultCode = keyof typeof CATALOGUE
export type FaultDetails = Readonly<Record<string, string | number>>

/** What a caller meets: JSON `{error: {code, message, details}}` with `status`. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly status: number
  readonly details: FaultDetails

  constructor(code: FaultCode, details: FaultDetails = {}, cause?: unknown) {
    const [status, sentence] = CATALOGUE[code]
    super(fill(sentence, details), { cause })
    this.name = 'Fault'
    this.code = code
    this.status = status
    this.details = details
  }
}

/** Makes the fault to throw: `throw fault('agent.unknown', { id })`. */
export const fault = (code: FaultCode, details?: FaultDetails, cause?: unknown) =>
  new Fault(code, details, cause)

/** Throws the fault; for the right side of `??`. */
export function fail(code: FaultCode, details?: FaultDetails): never {
  throw new Fault(code, details)
}

/** The whole catalogue, for documents and tests. */
export const faultCodes = (): { code: FaultCode; status: number; sentence: string }[] =>
  Object.keys(CATALOGUE)
    .filter(isFaultCode)
    .map((code) => ({ code, status: CATALOGUE[code][0], sentence: CATALOGUE[code][1] }))

export const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(CATALOGUE, code)

const fill = (sentence: string, details: FaultDetails) =>
  sentence.replaceAll(/\{(\w+)\}/g, (hole, name: string) => shown(details[name]) ?? hole)

// Details may be foreign text: shown short and without control characters, so a sentence stays one line.
const SHOWN_LENGTH = 200

function shown(value: string | number | undefined): string | undefined {
  if (value === undefined) return undefined
  const text = String(value).replaceAll(/\p{Cc}/gu, '·')
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text
}
