// One typed method for every operation of the table, so that web and CLI never spell a path.
import type { InputOf, OperationName, Operations, OutputOf, Route, Routes } from '@tutti/core'
import { ClientFault, aborted, faultOf, unreachable } from './client-fault.ts'

/** What an operation gives here: its output, or the HTTP answer itself where it gives bytes. */
export type ResultOf<N extends OperationName> = Operations[N] extends { bytes: string }
  ? Response
  : OutputOf<N>

export interface CallOptions {
  /** The version that was read; sent as If-Match. */
  version?: number
  signal?: AbortSignal
  /** The file itself, for an operation whose body is one. */
  body?: Uint8Array
}

type OptionsOf<N extends OperationName> = Operations[N] extends { versioned: true }
  ? CallOptions & { version: number }
  : CallOptions

type Parameters<N extends OperationName> = Operations[N] extends { versioned: true }
  ? [input: InputOf<N>, options: OptionsOf<N>]
  : Record<string, never> extends InputOf<N>
    ? [input?: InputOf<N>, options?: OptionsOf<N>]
    : [input: InputOf<N>, options?: OptionsOf<N>]

/** Methods by operation name. Each rejects with ClientFault, and nothing else, for what a caller may meet. */
export type Client = { [N in OperationName]: (...given: Parameters<N>) => Promise<ResultOf<N>> }

export interface ClientOptions {
  /** The light table: core's `routes()`, or `virtual:tutti-routes` in the web bundle. */
  routes: Routes
  fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Without a slash at its end; '' for the page's own origin. */
  baseUrl: string
  /** Asked for each call, because a token may change. */
  headers?: () => Record<string, string>
}

/** Makes the client. Nothing is sent until a method is called. */
export function createClient(options: ClientOptions): Client {
  const methods = Object.entries(options.routes).map(([name, route]) => [
    name,
    (input: Fields = {}, call: CallOptions = {}) => send(options, route, { input, call }),
  ])
  // The one cast: routes() has one row for each operation, and the server answers each by the same table.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(methods) as Client
}

type Fields = Readonly<Record<string, unknown>>

async function send(
  options: ClientOptions,
  route: Route,
  { input, call }: { input: Fields; call: CallOptions },
): Promise<unknown> {
  const { url, rest } = address(route.path, input)
  const bodied = hasFields(route)
  const target = options.baseUrl + url + (bodied ? '' : query(rest))
  const response = await answerOf(options, target, {
    method: route.method,
    headers: { ...headersFor(route, call), ...options.headers?.() },
    ...(bodied ? { body: JSON.stringify(rest) } : {}),
    ...(route.raw ? { body: new Uint8Array(call.body ?? []) } : {}),
    ...(call.signal ? { signal: call.signal } : {}),
  })
  if (!response.ok) throw await faultOf(response, options.baseUrl || 'The server')
  return route.bytes ? response : readJson(response, options.baseUrl)
}

/** Whether the fields travel as a JSON body. */
const hasFields = (route: Route): boolean =>
  route.method !== 'GET' && route.method !== 'DELETE' && route.raw !== true

function headersFor(route: Route, call: CallOptions): Record<string, string> {
  const type = hasFields(route) ? 'application/json' : route.raw ? 'application/octet-stream' : null
  return {
    Accept: route.bytes ?? 'application/json',
    ...(type === null ? {} : { 'Content-Type': type }),
    ...(call.version === undefined ? {} : { 'If-Match': `"${call.version}"` }),
  }
}

async function answerOf(options: ClientOptions, url: string, init: RequestInit): Promise<Response> {
  try {
    return await options.fetch(url, init)
  } catch (cause) {
    if (init.signal?.aborted) throw aborted(cause)
    throw unreachable(options.baseUrl || 'this address', cause)
  }
}

async function readJson(response: Response, baseUrl: string): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    const details = { url: baseUrl, status: response.status }
    const message = `${baseUrl || 'The server'} did not answer with JSON. Is it a Tutti server, or a proxy before it?`
    throw new ClientFault(response.status, { code: 'answer.foreign', message, details }, cause)
  }
}

/** Fills the holes of a path and says which fields are left. */
function address(path: string, input: Fields): { url: string; rest: Fields } {
  const used = new Set<string>()
  const url = path.replaceAll(/\{(\w+)\}/g, (_hole, name: string) => {
    used.add(name)
    return encodeURIComponent(scalar(input[name]))
  })
  return { url, rest: Object.fromEntries(Object.entries(input).filter(([name]) => !used.has(name))) }
}

function query(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(scalar(one))}`),
  )
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

const scalar = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
