// One kind of failure for everything that a call may meet, whether the server refused it or never heard of it.
export interface FaultBody {
  code: string
  message: string
  details?: Readonly<Record<string, string | number>>
}

/**
 * `code` is one of the catalogue, or what only a client can notice: network.unreachable, network.aborted, answer.foreign.
 * `status` is the HTTP status, or 0 where there was no answer. `message` is a sentence to show as it is.
 */
export class ClientFault extends Error {
  readonly code: string
  readonly status: number
  readonly details: Readonly<Record<string, string | number>>
  constructor(status: number, body: FaultBody, cause?: unknown) {
    super(body.message, { cause })
    this.name = 'ClientFault'
    this.code = body.code
    this.status = status
    this.details = body.details ?? {}
  }
}

export const isClientFault = (error: unknown): error is ClientFault => error instanceof ClientFault

/** The fault for a server that does not answer. */
export const unreachable = (url: string, cause?: unknown): ClientFault =>
  new ClientFault(
    0,
    {
      code: 'network.unreachable',
      message: `Tutti does not answer at ${url}. Start it with \`tutti up\`.`,
      details: { url },
    },
    cause,
  )

export const aborted = (cause: unknown): ClientFault =>
  new ClientFault(
    0,
    { code: 'network.aborted', message: 'The call was given up before the answer came.' },
    cause,
  )

/** Reads the fault out of an answer that is not 2xx; an answer of something else in between becomes a fault as well. */
export async function faultOf(response: Response, url: string): Promise<ClientFault> {
  const body = errorIn(await jsonOf(response))
  if (body) return new ClientFault(response.status, body)
  return new ClientFault(response.status, {
    code: 'answer.foreign',
    message: `${url} answered ${response.status} without a reason. Is it a Tutti server, or a proxy before it?`,
    details: { url, status: response.status },
  })
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    return cause // not JSON: errorIn finds no fault in it
  }
}

function errorIn(value: unknown): FaultBody | null {
  const error = field(value, 'error')
  const code = field(error, 'code')
  const message = field(error, 'message')
  if (typeof code !== 'string' || typeof message !== 'string') return null
  return { code, message, details: plainDetails(field(error, 'details')) }
}

function plainDetails(value: unknown): Record<string, string | number> {
  if (typeof value !== 'object' || value === null) return {}
  const kept = Object.entries(value).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  )
  return Object.fromEntries(kept)
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
