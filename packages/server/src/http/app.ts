// Every route there is: one for each row of the operations table, the document that lists them, and the dashboard's files.
import type { HttpBindings } from '@hono/node-server'
import { fault, openapi, operation, operationNames, pathsOf } from '@tutti/core'
import { Hono, type Context as HonoContext } from 'hono'
import { asFault, faultResponse } from './answer.ts'
import type { Call, Calls } from './call.ts'
import { createPerform, type PerformDeps } from './perform.ts'
import { isApiPath } from './site.ts'

export interface AppDeps extends PerformDeps {
  calls: Calls
  version: string
  /** A file of the dashboard or its page; null when the path is none of them. */
  page: (request: PageRequest) => Promise<Response | null>
}

export interface PageRequest {
  method: string
  path: string
  /** Accept-Encoding. */
  encodings: string
  /** If-None-Match. */
  known: string | undefined
}

type Env = { Bindings: HttpBindings }
type HonoCall = HonoContext<Env>

export function createApp(deps: AppDeps): Hono<Env> {
  const app = new Hono<Env>()
  const callOf = (c: HonoCall): Call => deps.calls.of(c.env.incoming)
  const refused = (c: HonoCall, error: unknown): Response => {
    const call = callOf(c)
    const refusal = asFault(error, { call, log: deps.log })
    call.fault = refusal.code
    return faultResponse(refusal)
  }

  addOperations(app, deps, callOf)
  // Made when somebody asks: it goes through every schema there is, which a start has no time for.
  let document: string | null = null
  app.get('/openapi.json', (c) => {
    callOf(c).operation = 'openapi'
    document ??= JSON.stringify(openapi(deps.version))
    return c.body(document, 200, { 'Content-Type': 'application/json; charset=utf-8' })
  })
  addMethodRefusals(app, refused)
  app.all('*', (c) => refused(c, fault('route.unknown', { method: c.req.method, path: c.req.path })))
  app.notFound((c) => refused(c, fault('route.unknown', { method: c.req.method, path: c.req.path })))
  app.onError((error, c) => refused(c, error))
  return app
}

function addOperations(app: Hono<Env>, deps: AppDeps, callOf: (c: HonoCall) => Call): void {
  for (const name of operationNames()) {
    const row = operation(name)
    const perform = createPerform(name, deps)
    app.on(row.method, pathsOf(row).map(honoPath), (c) =>
      perform({
        message: c.env.incoming,
        call: callOf(c),
        path: c.req.param(),
        query: new URLSearchParams(queryOf(c.env.incoming.url ?? '')),
      }),
    )
  }
  app.get('*', (c, next) => servePage(c, { deps, callOf, next }))
}

async function servePage(
  c: HonoCall,
  { deps, callOf, next }: { deps: AppDeps; callOf: (c: HonoCall) => Call; next: () => Promise<void> },
): Promise<Response | void> {
  const { path } = c.req
  if (isApiPath(path) || path === '/openapi.json') return next()
  const answer = await deps.page({
    method: c.req.method,
    path,
    encodings: c.req.header('accept-encoding') ?? '',
    known: c.req.header('if-none-match'),
  })
  if (answer === null) return next()
  callOf(c).operation = 'page'
  return answer
}

/** A known path with another method is told which ones it takes. */
function addMethodRefusals(app: Hono<Env>, refused: (c: HonoCall, error: unknown) => Response): void {
  const methods = new Map<string, string[]>([['/openapi.json', ['GET']]])
  for (const name of operationNames()) {
    const row = operation(name)
    for (const path of pathsOf(row)) methods.set(path, [...(methods.get(path) ?? []), row.method])
  }
  for (const [path, allowed] of methods) {
    app.all(honoPath(path), (c) =>
      refused(
        c,
        fault('route.method', { path: c.req.path, method: c.req.method, allowed: allowed.join(', ') }),
      ),
    )
  }
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

const queryOf = (target: string): string => {
  const at = target.indexOf('?')
  return at === -1 ? '' : target.slice(at + 1)
}
