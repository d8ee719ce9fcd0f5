// What one file says about itself, before any other file is looked at: its facts depend on its bytes alone, so they are
// kept by the hash of the bytes and shared between working copies.

/** Raised when the meaning of facts changes: stored facts of another version are read again from the source. */
export const FACTS_VERSION = 4

export type SymbolKind =
  | 'function'
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'namespace'
  | 'variable'
  | 'method'
  | 'property'
  | 'accessor'
  | 'test'
  | 'section'
  | 'table'
  | 'column'

/** A value, as far as the source alone tells: bindings and sites are indexes into the same file's facts. */
export type Expr =
  | { is: 'ref'; binding: number }
  | { is: 'global'; name: string }
  | { is: 'member'; of: Expr; name: string }
  | { is: 'element'; of: Expr; index?: number }
  | { is: 'result'; site: number }
  | { is: 'this'; symbol: number; fixed?: boolean }
  | { is: 'super'; symbol: number; fixed?: boolean }
  | { is: 'await'; of: Expr }
  | { is: 'cast'; type: TypeFact }
  | { is: 'either'; of: Expr[] }
  /** Where a call of `by` with it as that argument is true: what `by` says it is then, if it says so. */
  | { is: 'guarded'; of: Expr; by: Expr; argument: number }
  /** The first of them that is known. */
  | { is: 'first'; of: Expr[] }
  /** A function with a symbol is found there, so that it is kept once. */
  | { is: 'function'; fn?: FunctionFact; symbol?: number }
  | { is: 'class'; symbol: number }
  /** A symbol of the file, and what a place expects. */
  | { is: 'symbol'; symbol: number }
  | { is: 'expected'; expected: Expected }
  /** What `new` of that would give. */
  | { is: 'instance'; of: Expr }
  | { is: 'object'; members: Record<string, Expr>; spread?: Expr[] }
  | { is: 'array'; of: Expr[] }
  /** The value only where it is a method of a request. */
  | { is: 'literal'; type: string; value?: string }
  | { is: 'module'; specifier: string }
  | { is: 'unknown' }

export type TypeFact =
  | { is: 'name'; binding?: number; name: string; path?: string[]; args?: TypeFact[] }
  | { is: 'array'; of: TypeFact }
  | { is: 'tuple'; of: TypeFact[] }
  | { is: 'union'; of: TypeFact[] }
  | { is: 'all'; of: TypeFact[] }
  | { is: 'function'; fn: FunctionFact; constructs?: boolean }
  | { is: 'object'; symbol: number }
  | { is: 'typeof'; of: Expr }
  | { is: 'indexed'; of: TypeFact; key: TypeFact }
  | { is: 'text'; value: string }
  | { is: 'module'; specifier: string; path: string[]; args?: TypeFact[] }
  /** `parameter is type`. */
  | { is: 'guard'; binding?: number; type?: TypeFact }
  | { is: 'this' }
  | { is: 'primitive'; name: string }
  | { is: 'unknown' }

/** Where a function or literal stands, from which the types of its parameters follow. A step is `.name` for a member,
 * `()` for what a function returns, `[]` for an element, `await` for what a promise brings. */
export interface Expected {
  site?: number
  argument?: number
  type?: TypeFact
  path: string[]
}

/** Its type is its binding's. */
export interface Parameter {
  binding: number
  rest?: boolean
  optional?: boolean
}

export interface FunctionFact {
  /** The type of `this` where it is written. */
  self?: TypeFact
  params: Parameter[]
  typeParams?: number[]
  returns?: TypeFact
  /** What it gives back where no return type is written. */
  gives?: Expr[]
  async?: boolean
  generator?: boolean
  expected?: Expected
}

export type Binding =
  | { kind: 'import'; specifier: string; name: string }
  | { kind: 'symbol'; symbols: number[] }
  | { kind: 'value'; type?: TypeFact; value?: Expr }
  | { kind: 'parameter'; at: number; type?: TypeFact; value?: Expr; rest?: boolean; expected?: Expected }
  | { kind: 'typeParameter'; limit?: TypeFact; fallback?: TypeFact }

export interface SymbolFact {
  name: string
  /** Unique in its file: `Class.method`, `outer.inner`, `name~2` for a second one of that name. */
  path: string
  kind: SymbolKind
  parent: number
  line: number
  endLine: number
  column: number
  exported?: boolean
  static?: boolean
  optional?: boolean
  private?: boolean
  signature: string
  doc?: string
  docLine?: number
  /** Branches + 1; 0 where nothing runs. */
  complexity: number
  /** Inside a function: not reachable by name from outside. */
  nested?: boolean
  fns?: FunctionFact[]
  type?: TypeFact
  value?: Expr
  typeParams?: number[]
  /** Members by name; for statics `static name`. `[]` is an index signature, `()` a call, `new` a construct signature. */
  members?: Record<string, number[]>
  base?: Expr
  baseArgs?: TypeFact[]
  supers?: TypeFact[]
  decorators?: number
}

export type SiteKind = 'call' | 'new' | 'jsx' | 'tag' | 'decorate'

/** A place where something is called. `from` is the innermost named symbol, -1 for the module's own top level. */
export interface Site {
  how: SiteKind
  from: number
  callee: Expr
  args: Expr[]
  types?: TypeFact[]
  line: number
  column: number
  /** The first argument, or the template's text, when it is a plain string: routes, requests, SQL, tests' titles. */
  text?: string
}

export interface Reference {
  from: number
  binding: number
  /** `ns.member`, where the binding is a module or an enum. */
  member?: string
  line: number
  column: number
  type?: boolean
}

export type Export =
  | { kind: 'local'; binding: number }
  | { kind: 'value'; value: Expr; symbol?: number }
  | { kind: 'from'; specifier: string; name: string }

export interface FileFacts {
  language: string
  lines: number
  symbols: SymbolFact[]
  bindings: Binding[]
  /** Specifiers in order of appearance, without repetition. */
  imports: { specifier: string; line: number; type?: boolean; from?: number }[]
  exports: Record<string, Export>
  stars: string[]
  sites: Site[]
  references: Reference[]
  /** Names read as members anywhere: what keeps a method alive even where the object's type is not known. */
  memberNames: string[]
  environment: { name: string; from: number; line: number }[]
  problems: { line: number; text: string }[]
}

/** The first of a symbol's members with that name; names of the language's own objects are no members. */
export function memberOf(symbol: SymbolFact | undefined, name: string): number | undefined {
  const members = symbol?.members
  return members && Object.hasOwn(members, name) ? members[name]?.[0] : undefined
}
