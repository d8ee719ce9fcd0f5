// The shape of one operation, from which its route, client method, CLI command and OpenAPI entry are derived.
import type { z } from 'zod'
import type { Permission } from './policy.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  method: Method
  /** Path with `{name}` holes that are fields of the input. */
  path: string
  /** The permission it needs, or 'public' for the few that work without a login. */
  may: Permission | 'public'
  /** All fields: holes of the path, then the query (GET, DELETE) or the JSON body (others). */
  input: I
  output: O
  /** One sentence for people: OpenAPI summary, CLI help. */
  says: string
  /** The command: `tutti agents create`, with its positional fields. */
  cli?: { words: string; args?: readonly string[] }
  /** The caller must send If-Match with the version it read. */
  versioned?: boolean
  /** Answers with bytes of this media type in place of JSON. */
  bytes?: string
  /** Takes the body as it is, of any media type and up to so many bytes; all fields stand in path and query. */
  raw?: { limitBytes: number }
  /**
   * Speaks another protocol than ours, with statuses and JSON of its own. `amp`: the Agent Messaging Protocol, whose refusals
   * have its own shape and whose clients may say more than they must. `mcp`: the Model Context Protocol.
   */
  wire?: 'amp' | 'mcp'
  /** Other paths of the same operation, for clients that know no other. */
  aliases?: readonly string[]
  /** Written to the audit log, done or refused. */
  audited?: boolean
  /** The longest body that it takes; 1 MB unless told. */
  bodyBytes?: number
  /** Limit of its own against guessing, on top of the general one. */
  guessable?: boolean
}

export type Input<T> = T extends Operation<infer I> ? z.input<I> : never
export type Parsed<T> = T extends Operation<infer I> ? z.output<I> : never
export type Output<T> = T extends { bytes: string }
  ? Bytes
  : T extends Operation<z.ZodObject, infer O>
    ? z.output<O>
    : never

/** What an operation with `bytes` answers: the content and a file name for saving it. */
export interface Bytes {
  body: Uint8Array | ReadableStream<Uint8Array>
  name: string
  type?: string
}

/** Every path by which an operation is reached. */
export const pathsOf = (row: Pick<Operation, 'path' | 'aliases'>): readonly string[] => [
  row.path,
  ...(row.aliases ?? []),
]

/** A row as it is written: schemas of its own are functions, which make them when somebody first asks. */
type Written = Omit<Operation, 'input' | 'output'> & {
  input: z.ZodObject | (() => z.ZodObject)
  output: z.ZodType | (() => z.ZodType)
}

type Made<S> = S extends () => infer R ? R : S
type Row<T> = { readonly [K in keyof T]: K extends 'input' | 'output' ? Made<T[K]> : T[K] }

/** Keeps the exact types of a row while checking its shape. All the schemas of 200 rows would cost each start more than the rest. */
export function op<const T extends Written>(row: T): Row<T> {
  for (const name of ['input', 'output'] as const) {
    const made: unknown = row[name]
    if (typeof made === 'function') defineLate(row, name, () => made())
  }
  // Its functions have just become what they answer.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return row as Row<T>
}

function defineLate(row: object, name: string, make: () => unknown): void {
  const settle = () => {
    const value = make()
    Object.defineProperty(row, name, { value, enumerable: true })
    return value
  }
  Object.defineProperty(row, name, { get: settle, enumerable: true, configurable: true })
}
