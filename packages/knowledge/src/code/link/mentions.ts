// What a call says about things outside of the code: tables that its SQL reads or writes, routes that it serves or requests.
import type { Expr, FileFacts, Site } from '../facts.ts'

export interface Mention {
  /** `table:users`, `route:GET /v1/users/{}`, `env:PORT`: the path of a node that lies in no file. */
  of: string
  kind: 'reads' | 'writes' | 'handles' | 'requests' | 'environment'
  from: number
  line: number
  column: number
  /** What answers a route. */
  handler?: Expr
}

export function mentionsOf(facts: FileFacts): Mention[] {
  const found: Mention[] = facts.environment.map((one) => ({
    of: `env:${one.name}`,
    kind: 'environment',
    from: one.from,
    line: one.line,
    column: 1,
  }))
  for (const site of facts.sites) {
    if (site.text === undefined) continue
    for (const one of tablesIn(site.text)) found.push({ ...one, ...placeOf(site) })
    const route = routeIn(site)
    if (route) found.push({ ...route, ...placeOf(site) })
  }
  return found
}

const placeOf = ({ from, line, column }: Site) => ({ from, line, column })

const STATEMENT = /^\s*(?:--[^\n]*\n\s*)*(?:with|select|insert|update|delete|replace|merge|truncate)\s/i
const NAME = String.raw`((?:[\w$]+\.)?(?:[\w$]+|"[^"]+"|\`[^\`]+\`|\[[^\]]+\]))`
const WRITES = new RegExp(
  String.raw`\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?${NAME}`,
  'gi',
)
const READS = new RegExp(String.raw`\b(?:from|join)\s+(?:only\s+)?${NAME}`, 'gi')
const COMMON =
  /(?:\bwith|,)\s+(?:recursive\s+)?([\w$]+)\s*(?:\([^)]*\)\s*)?as\s+(?:not\s+)?(?:materialized\s+)?\(/gi
/** Words that may follow `from` or `update` and are no table. */
const NO_TABLE = new Set([
  'select',
  'set',
  'values',
  'where',
  'json_each',
  'unnest',
  'generate_series',
  'lateral',
])

export const tableKey = (name: string): string =>
  `table:${name
    .replaceAll(/["`[\]]/g, '')
    .replace(/^(?:public|dbo|main)\./i, '')
    .toLowerCase()}`

function tablesIn(text: string): Pick<Mention, 'of' | 'kind'>[] {
  if (!STATEMENT.test(text)) return []
  const common = new Set([...text.matchAll(COMMON)].map((one) => tableKey(one[1] ?? '')))
  const names = (pattern: RegExp) => [
    ...new Set(
      [...text.matchAll(pattern)]
        .map((one) => one[1] ?? '')
        .filter((one) => !NO_TABLE.has(one.toLowerCase()))
        .map((one) => tableKey(one))
        .filter((one) => !common.has(one)),
    ),
  ]
  const written = names(WRITES)
  // `delete from t` is no reading of t.
  const read = names(READS).filter((one) => !(written.includes(one) && isOnlyDeleted(text, one)))
  return [
    ...read.map((of) => ({ of, kind: 'reads' as const })),
    ...written.map((of) => ({ of, kind: 'writes' as const })),
  ]
}

const isOnlyDeleted = (text: string, key: string) =>
  [...text.matchAll(READS)].filter((one) => tableKey(one[1] ?? '') === key).length === 1 &&
  /\bdelete\s+from\b/i.test(text)

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'all'])
/** Who asks: everything else that has a method `get` and takes a path with a function serves it. */
const CLIENT = /^(?:axios|ky|got|http|https|client|api|request|superagent|\$fetch|fetch|\$http)$/i

type Route = Pick<Mention, 'of' | 'kind' | 'handler'>

function routeIn(site: Site): Route | undefined {
  const { callee, text = '' } = site
  const path = routePath(text)
  if (path === undefined) return undefined
  if (callee.is === 'global' && callee.name === 'fetch') {
    const method = methodOf(site.args[1])
    return method === undefined ? undefined : { of: `route:${method} ${path}`, kind: 'requests' }
  }
  return callee.is === 'member' && METHODS.has(callee.name) ? memberRoute(site, callee, path) : undefined
}

function memberRoute(site: Site, callee: Extract<Expr, { is: 'member' }>, path: string): Route | undefined {
  const of = `route:${callee.name.toUpperCase()} ${path}`
  if (callee.of.is === 'global' && CLIENT.test(callee.of.name)) return { of, kind: 'requests' }
  const handler = site.args.length > 1 ? site.args.at(-1) : undefined
  return handler && isHandler(handler) ? { of, kind: 'handles', handler } : undefined
}

const isHandler = (one: Expr) =>
  one.is === 'function' || one.is === 'ref' || one.is === 'member' || one.is === 'result'

/** Parameters are all the same: `:id`, `{id}`, `[id]`, `<int:id>`, and the holes of a template. */
function routePath(text: string): string | undefined {
  const path = text.replace(/^https?:\/\/[^/]+/, '')
  if (!/^\/[\w\-./:{}<>[\]*$?]*$/.test(path)) return undefined
  return path
    .replace(/(?<!\/)\?.*$/, '')
    .replaceAll(/\/(?::\w+(?:\([^)]*\))?\??|\{[^}]*\}|\[[^\]]*\]|<[^>]*>|\$\{[^}]*\}|\?)/g, '/{}')
}

/** GET where no method is given; undefined where it is not known. */
function methodOf(options: Expr | undefined): string | undefined {
  if (options === undefined) return 'GET'
  if (options.is !== 'object' || options.spread) return undefined
  const method = Object.hasOwn(options.members, 'method') ? options.members['method'] : undefined
  if (!method) return 'GET'
  return method.is === 'literal' && method.value ? method.value.toUpperCase() : undefined
}
