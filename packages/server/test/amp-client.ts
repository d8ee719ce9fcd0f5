// A program that speaks AMP to a test's daemon: it registers, signs and asks, as the shell clients of the field do.
import { randomBytes } from 'node:crypto'
import {
  formatInstant,
  newKeyPair,
  parseJson,
  payloadHash,
  privateKeyDer,
  publicKey,
  publicKeyPem,
  signingText,
  webCrypto,
  webSigner,
  type Priority,
} from '@tutti/protocol'
import { createRoster } from '../src/agents/roster.ts'
import { openMail, type Mail } from '../src/wiring/mail.ts'
import { aRoom, bearer, JSON_TYPE, type Answer, type TestRoom } from './room.ts'

export interface MailRoom extends TestRoom {
  mail: Mail
}

/** A daemon with real mail, and doubles for the rest. */
export async function openMailRoom(
  options: { folder?: string; provider?: string; port?: number } = {},
): Promise<MailRoom> {
  const mails: Mail[] = []
  const { folder, provider = 'tutti.local', port = 0 } = options
  const room = await aRoom({
    ...(folder === undefined ? {} : { folder }),
    config: { port },
    opened: (opened) => {
      const mail = openMail({
        ...opened,
        agents: createRoster(opened.store),
        named: { provider },
        notify: () => Promise.resolve(false),
        wake: () => Promise.resolve(),
      })
      mails.push(mail)
      return Promise.resolve({ handlers: mail.handlers, callers: mail.callers, sockets: mail.sockets })
    },
  })
  const [mail] = mails
  if (!mail) throw new Error('the room has no mail')
  return { ...room, mail }
}

const crypto = webCrypto()

export interface Client {
  name: string
  address: string
  apiKey: string
  pem: string
  sign: ReturnType<typeof webSigner>
}

/** What clients do with the room as it then is: a test may restart it. */
export function ampClients(room: () => TestRoom) {
  async function register(name: string, delivery?: Record<string, string>): Promise<Client> {
    const pair = await newKeyPair()
    const pem = publicKeyPem(publicKey(pair.publicRaw))
    const answer = await post('/api/v1/register', {
      name,
      tenant: 'team',
      public_key: pem,
      key_algorithm: 'Ed25519',
      ...(delivery === undefined ? {} : { delivery }),
    })
    const { address, api_key: apiKey } = answer.json as { address: string; api_key: string }
    return { name, address, apiKey, pem, sign: webSigner(privateKeyDer(pair.seed)) }
  }

  const post = (path: string, body: unknown, apiKey?: string): Promise<Answer> =>
    room().ask(path, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...(apiKey === undefined ? {} : bearer(apiKey)) },
      body: JSON.stringify(body),
    })
  const get = (path: string, apiKey: string): Promise<Answer> => room().ask(path, { headers: bearer(apiKey) })

  let count = 0

  /** The full shape of a message, signed, with any member of its envelope replaced afterwards. */
  const letterOf =
    (priority: Priority) =>
    async (from: Client, to: string, change: Record<string, unknown> = {}) => {
      count += 1
      const payload = { type: 'request', message: `Hello ${count}`, context: null }
      const hash = await payloadHash(parseJson(JSON.stringify(payload)), crypto)
      const fields = { from: from.address, to, subject: 'a|b', priority, inReplyTo: null } as const
      const signature = Buffer.from(await from.sign(Buffer.from(signingText(fields, hash)))).toString(
        'base64',
      )
      const id = `msg_${Date.now()}_${randomBytes(8).toString('hex')}`
      const envelope = {
        version: 'amp/0.1',
        id,
        from: from.address,
        to,
        subject: 'a|b',
        priority,
        timestamp: formatInstant(room().clock.now()),
        expires_at: null,
        in_reply_to: null,
        thread_id: id,
        signature,
        ...change,
      }
      return { envelope, payload }
    }
  const letter = letterOf('normal')

  const pendingOf = async (client: Client) =>
    (await get('/v1/messages/pending?limit=100', client.apiKey)).json as {
      messages: { id: string; envelope: Record<string, unknown>; payload: Record<string, unknown> }[]
      count: number
      remaining: number
    }

  /** The signature of a normal message with that payload. */
  async function signature(
    from: Client,
    of: { to: string; subject: string; payload: unknown },
  ): Promise<string> {
    const hash = await payloadHash(parseJson(JSON.stringify(of.payload)), crypto)
    const fields = {
      from: from.address,
      to: of.to,
      subject: of.subject,
      priority: 'normal',
      inReplyTo: null,
    } as const
    return Buffer.from(await from.sign(Buffer.from(signingText(fields, hash)))).toString('base64')
  }

  return { register, post, get, letter, letterOf, pendingOf, signature }
}
