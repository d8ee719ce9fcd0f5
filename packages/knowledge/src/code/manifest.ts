// What a folder says of itself where it is a package: its name and a sentence, in the form of its language.
import { parseJsonc } from './link/jsonc.ts'
import { inFolder } from './ignore.ts'
import { readText } from './tree.ts'

export interface Manifest {
  name: string
  says: string
}

type Read = (text: string) => Manifest

const json: Read = (text) => {
  const value = parseJsonc(text)
  const field = (name: string): string => {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
    return typeof found === 'string' ? found : ''
  }
  return { name: field('name'), says: field('description') }
}

/** Of the tables that name a package, wherever they stand. */
const toml: Read = (text) => {
  const table =
    /^\[(?:package|project|tool\.poetry)\][^\n]*\n([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(text)?.[1] ?? ''
  const field = (name: string) =>
    new RegExp(String.raw`^${name}\s*=\s*["']([^"'\n]*)["']`, 'm').exec(table)?.[1] ?? ''
  return { name: field('name'), says: field('description') }
}

const goModule: Read = (text) => ({ name: /^module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? '', says: '' })

/** Without the part that names what it is built upon. */
const maven: Read = (text) => {
  const own = text.replaceAll(/<(parent|dependencies|build)>[\s\S]*?<\/\1>/g, '')
  const field = (name: string) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(own)?.[1] ?? ''
  return { name: field('artifactId'), says: field('description') }
}

/** Where two of them lie in one folder, the first is asked. */
const MANIFESTS: readonly (readonly [name: string, read: Read])[] = [
  ['package.json', json],
  ['Cargo.toml', toml],
  ['go.mod', goModule],
  ['pyproject.toml', toml],
  ['composer.json', json],
  ['pom.xml', maven],
]

const NAMES = new Set(MANIFESTS.map(([name]) => name))

export const isManifest = (path: string): boolean => NAMES.has(path.slice(path.lastIndexOf('/') + 1))

const NAME_LENGTH = 200
const SAYS_LENGTH = 2000

/** Undefined where the folder has none, or one without a name: then it is a folder like others. */
export function manifestOf(
  { root, files }: { root: string; files: { has(path: string): boolean } },
  folder: string,
): Manifest | undefined {
  for (const [file, read] of MANIFESTS) {
    const path = inFolder(folder, file)
    if (!files.has(path)) continue
    const { name, says } = read(readText(root, path).text ?? '')
    if (name !== '') return { name: name.slice(0, NAME_LENGTH), says: says.slice(0, SAYS_LENGTH) }
  }
  return undefined
}
