// Finds the file behind an import of the other languages. Each specifier begins with its language; what is not certain is not found.
import { basename, dirname, join, normalize } from 'node:path/posix'

export interface ForeignTree {
  has(path: string): boolean
  read(path: string): string | undefined
  paths(): Iterable<string>
}

type Find = (c: Context, from: string, rest: string) => string | undefined

interface Context {
  tree: ForeignTree
  /** Paths by their last part, sorted. */
  named(name: string): readonly string[]
  /** Files of that folder with that ending, sorted. */
  beside(folder: string, ending: string): readonly string[]
  /** Folders whose path ends so, sorted. */
  endingWith(path: string): readonly string[]
}

export function createForeignModules(
  tree: ForeignTree,
): (from: string, specifier: string) => string | undefined {
  let names: Map<string, string[]> | undefined
  let folders: Map<string, string[]> | undefined
  const build = () => {
    names = new Map()
    folders = new Map()
    for (const path of [...tree.paths()].sort()) {
      push(names, basename(path), path)
      push(folders, dirname(path), path)
    }
  }
  const context: Context = {
    tree,
    named(name) {
      if (!names) build()
      return names?.get(name) ?? []
    },
    beside(folder, ending) {
      if (!folders) build()
      return (folders?.get(folder) ?? []).filter((one) => one.endsWith(ending))
    },
    endingWith(path) {
      if (!folders) build()
      return [...(folders?.keys() ?? [])].filter((one) => one === path || one.endsWith(`/${path}`))
    },
  }
  return (from, specifier) => {
    const colon = specifier.indexOf(':')
    const language = specifier.slice(0, colon)
    return Object.hasOwn(FINDERS, language)
      ? FINDERS[language]?.(context, from, specifier.slice(colon + 1))
      : undefined
  }
}

const push = (map: Map<string, string[]>, key: string, value: string) => {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}

export const isForeign = (specifier: string): boolean =>
  /^(?:py|go|java|cs|kt|rb|rs|doc|php|sh|c):/.test(specifier)

const FINDERS: Record<string, Find> = {
  py: python,
  go,
  java,
  cs: csharp,
  kt: kotlin,
  rb: ruby,
  rs: rust,
  doc: named,
  php,
  sh: shell,
  c: header,
}

const first = (c: Context, paths: readonly string[]) =>
  paths.map((one) => normalize(one)).find((one) => c.tree.has(one))

/** `=path` is included, `.Name` lies beside, all else is a class by its namespace: its file ends as the namespace does. */
function php(c: Context, from: string, rest: string): string | undefined {
  if (rest.startsWith('=')) return first(c, [join(dirname(from), rest.slice(1)), rest.slice(1)])
  if (rest.startsWith('.')) return first(c, [join(dirname(from), `${rest.slice(1)}.php`)])
  const found = c.named(`${basename(rest)}.php`)
  const shared = (path: string) => {
    const [a, b] = [path.split('/').toReversed(), `${rest}.php`.split('/').toReversed()]
    const at = a.findIndex((one, index) => one !== b[index])
    return at < 0 ? a.length : at
  }
  const best = Math.max(...found.map(shared))
  const near = found.filter((one) => shared(one) === best)
  return near.length === 1 && (best > 1 || !rest.includes('/')) ? near[0] : undefined
}

/** `.` is the file itself, from which the files that it sources are reached. */
function shell(c: Context, from: string, rest: string): string | undefined {
  return rest === '.' ? from : first(c, [join(dirname(from), rest.slice(1)), rest.slice(1)])
}

/** `+` is the source beside a header, `=name` an include: beside the file, from a folder above, or the only one that ends so. */
function header(c: Context, from: string, rest: string): string | undefined {
  if (rest === '.') return from
  if (rest === '+') {
    const stem = from.replace(/\.\w+$/, '')
    return first(
      c,
      ['.c', '.cc', '.cpp', '.cxx'].map((one) => stem + one),
    )
  }
  const name = rest.slice(1)
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const found = first(c, [join(folder, name), join(folder, 'include', name), join(folder, 'src', name)])
    if (found !== undefined || folder === '.') {
      if (found !== undefined) return found
      break
    }
  }
  const named = c.named(basename(name)).filter((one) => one === name || one.endsWith(`/${name}`))
  return named.length === 1 ? named[0] : undefined
}

/** A path that a document names: from the root, or from where the document lies. */
function named(c: Context, from: string, rest: string): string | undefined {
  return first(c, [rest, join(dirname(from), rest)])
}

function python(c: Context, from: string, rest: string): string | undefined {
  const dots = /^\.*/.exec(rest)?.[0].length ?? 0
  const path = rest.slice(dots).replaceAll('.', '/')
  const at = (folder: string) =>
    path
      ? [join(folder, `${path}.py`), join(folder, path, '__init__.py'), join(folder, `${path}.pyi`)]
      : [join(folder, '__init__.py')]
  if (dots > 0) {
    let folder = dirname(from)
    for (let up = 1; up < dots; up++) folder = dirname(folder)
    return first(c, at(folder))
  }
  // From the top down, as an interpreter started there would find it; a script finds what lies beside it.
  const above: string[] = []
  for (let folder = dirname(from); folder !== '.'; folder = dirname(folder)) above.unshift(folder)
  const isScript = !c.tree.has(join(dirname(from), '__init__.py'))
  const roots = [
    '.',
    'src',
    ...above.filter((one) => !c.tree.has(join(one, '__init__.py')) && (isScript || one !== dirname(from))),
  ]
  return first(
    c,
    roots.flatMap((one) => at(one)),
  )
}

function go(c: Context, from: string, rest: string): string | undefined {
  const own = c.beside(dirname(from), '.go')
  if (rest === '.') return own[0]
  if (rest === '+') return own[own.indexOf(from) + 1]
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const module = /^module\s+(\S+)/m.exec(c.tree.read(join(folder, 'go.mod')) ?? '')?.[1]
    if (module !== undefined) {
      if (rest !== module && !rest.startsWith(`${module}/`)) return undefined
      const files = c.beside(join(folder, rest.slice(module.length + 1)), '.go')
      return files.find((one) => !one.endsWith('_test.go'))
    }
    if (folder === '.') return undefined
  }
}

function java(c: Context, from: string, rest: string): string | undefined {
  if (rest.startsWith('.')) return first(c, [join(dirname(from), `${rest.slice(1)}.java`)])
  const found = c
    .named(`${basename(rest)}.java`)
    .filter((one) => one === `${rest}.java` || one.endsWith(`/${rest}.java`))
  return found.length === 1 ? found[0] : found.find((one) => sharedStart(one, from) > 0)
}

/** A class by its file, else whatever the package declares: its folder need not begin as its name does, but its files say it. */
function kotlin(c: Context, from: string, rest: string): string | undefined {
  const own = c.beside(dirname(from), '.kt')
  if (rest === '.') return own[0]
  if (rest === '+') return own[own.indexOf(from) + 1]
  const file = c.named(`${basename(rest)}.kt`).filter((one) => one.endsWith(`${rest}.kt`))
  if (file.length === 1) return file[0]
  const name = dirname(rest)
  if (name === '.') return undefined
  const says = new RegExp(String.raw`^\s*package\s+${name.replaceAll('/', String.raw`\.`)}\s*;?\s*$`, 'm')
  const parts = name.split('/')
  for (let at = 0; at < parts.length; at++) {
    const firsts = c.endingWith(parts.slice(at).join('/')).flatMap((one) => c.beside(one, '.kt')[0] ?? [])
    const found = firsts.filter((one) => says.test(c.tree.read(one) ?? ''))
    if (found.length > 0)
      return found.length === 1 ? found[0] : found.find((one) => sharedStart(one, from) > 0)
  }
  return java(c, from, rest)
}

const sharedStart = (a: string, b: string) => {
  const [x, y] = [a.split('/'), b.split('/')]
  let at = 0
  while (at < x.length && x[at] === y[at]) at += 1
  return at
}

function csharp(c: Context, _: string, rest: string): string | undefined {
  const found = c.named(`${rest}.cs`)
  return found.length === 1 ? found[0] : undefined
}

const snake = (name: string) =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()

function ruby(c: Context, from: string, rest: string): string | undefined {
  if (rest.startsWith('=./'))
    return first(c, [join(dirname(from), `${rest.slice(3).replace(/\.rb$/, '')}.rb`)])
  const path = rest.startsWith('=')
    ? rest.slice(1).replace(/\.rb$/, '')
    : rest
        .split('::')
        .map((one) => snake(one))
        .join('/')
  const found = c
    .named(`${basename(path)}.rb`)
    .filter((one) => one === `${path}.rb` || one.endsWith(`/${path}.rb`))
  if (found.length === 1) return found[0]
  const near = found.filter((one) => /^(?:lib|app)\//.test(one))
  return near.length === 1 ? near[0] : undefined
}

function rust(c: Context, from: string, rest: string): string | undefined {
  const [head = '', ...tail] = rest.split('::')
  const isRoot = /(?:^|\/)(?:lib|main|mod)\.rs$/.test(from)
  // A file's own modules lie in the folder of its name.
  const own = isRoot ? dirname(from) : from.replace(/\.rs$/, '')
  if (head === 'self') return rustAt(c, own, tail) ?? (tail.length === 0 ? from : undefined)
  if (head === 'super') {
    let folder = dirname(own)
    let left = tail
    while (left[0] === 'super') {
      folder = dirname(folder)
      left = left.slice(1)
    }
    return left.length === 0 ? rustModule(c, folder) : rustAt(c, folder, left)
  }
  const crate = crateOf(c, from, head)
  // `use store::Shop` in the file that says `mod store;`.
  if (crate === undefined) return rustAt(c, own, [head, ...tail])
  return tail.length === 0
    ? first(c, [join(crate, 'lib.rs'), join(crate, 'main.rs')])
    : rustAt(c, crate, tail)
}

const rustModule = (c: Context, folder: string) =>
  first(c, [`${folder}.rs`, join(folder, 'mod.rs'), join(folder, 'lib.rs'), join(folder, 'main.rs')])

const rustAt = (c: Context, folder: string, parts: readonly string[]) => {
  const path = join(folder, ...parts)
  return first(c, [`${path}.rs`, join(path, 'mod.rs')])
}

/** The source folder of `crate`, or of another crate of the workspace by its name. */
function crateOf(c: Context, from: string, name: string): string | undefined {
  if (name === 'crate') {
    for (let folder = dirname(from); ; folder = dirname(folder)) {
      if (c.tree.read(join(folder, 'Cargo.toml')) !== undefined) return join(folder, 'src')
      if (folder === '.') return undefined
    }
  }
  const wanted = name.replaceAll('_', '-')
  for (const path of c.named('Cargo.toml')) {
    const own = /^\s*name\s*=\s*"([^"]+)"/m.exec(c.tree.read(path) ?? '')?.[1]
    if (own === name || own === wanted) return join(dirname(path), 'src')
  }
  return undefined
}
