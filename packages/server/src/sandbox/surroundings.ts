// What of this machine a sandboxed program needs to see: the system, its own program and interpreter, and nothing of a person's.
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import { isWithin, type SandboxSpec, type SystemPlace } from './wrap.ts'

const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/opt',
  '/nix/store',
  '/gnu/store',
]

/** The folders and links of the system, as far as they are here. */
export async function systemPlaces(): Promise<SystemPlace[]> {
  const found = await Promise.all(
    SYSTEM.map(async (path): Promise<SystemPlace | null> => {
      const facts = await lstat(path).catch(() => null)
      if (facts === null) return null
      return { path, link: facts.isSymbolicLink() ? await readlink(path) : null }
    }),
  )
  return found.filter((place) => place !== null)
}

// Keys of hosts and passwords; everything else below /etc is open to everybody.
const PRIVATE_FOLDERS = ['/etc', '/etc/ssh', '/etc/ssl']
const OPEN_TO_ALL = 0o004

/** What in /etc is its administrator's alone. Of a person who is not, the file's own mode keeps the program away. */
export async function maskedPlaces(uid: number): Promise<SandboxSpec['masked']> {
  if (uid !== 0) return []
  const found = await Promise.all(
    PRIVATE_FOLDERS.map(async (folder) => {
      const names = await readdir(folder).catch(() => [])
      const all = await Promise.all(
        names.map(async (name) => ({ path: join(folder, name), facts: await lstat(join(folder, name)) })),
      )
      return all
        .filter(({ facts }) => !facts.isSymbolicLink() && (facts.mode & OPEN_TO_ALL) === 0)
        .map(({ path, facts }) => ({ path, isFolder: facts.isDirectory() }))
    }),
  )
  return found.flat()
}

export interface Programs {
  /** Full paths of what is started. */
  files: readonly string[]
  /** Folders of programs that lie apart. */
  folders: readonly string[]
  searchPath: string
  home: string
}

// Where version managers keep programs; what else lies beside them, such as keys to registries, stays out.
const TOOLCHAINS = [
  '.rustup/toolchains',
  '.pyenv/versions',
  '.nvm/versions',
  '.asdf/installs',
  '.local/share/mise/installs',
  '.sdkman/candidates',
]

/** Folders outside the system from which programs run: those of the search path, with their libraries. */
export async function programFolders({ files, folders, searchPath, home }: Programs): Promise<string[]> {
  const searched = searchPath.split(delimiter).filter(isAbsolute)
  const reals = await Promise.all(files.map((file) => realpath(file).catch(() => file)))
  const wanted = [
    ...[...files, ...reals].map((file) => packageOf(dirname(file)) ?? folderOrFile(file, home)),
    ...folders.map((folder) => packageOf(folder) ?? folder),
    ...searched.flatMap((folder) => packageOf(folder) ?? withLibraries(folder)),
    ...TOOLCHAINS.map((folder) => join(home, folder)),
  ].filter((path) => !SYSTEM.some((system) => isWithin(path, system)) && !isWithin(home, path))
  const there = await Promise.all(
    [...new Set(wanted)].map(async (path) => ((await exists(path)) ? path : null)),
  )
  const found = there.filter((path) => path !== null)
  // What lies in another one is shown with it.
  return found.filter((path) => !found.some((other) => other !== path && isWithin(path, other)))
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The outermost node_modules around a folder: packages lean on their neighbours. */
function packageOf(folder: string): string | null {
  const at = `${folder}/`.indexOf('/node_modules/')
  return at === -1 ? null : `${folder}/`.slice(0, at + '/node_modules'.length)
}

/** A folder that holds programs is shown whole; the home folder, or one above it, is not. */
const folderOrFile = (file: string, home: string): string =>
  isWithin(home, dirname(file)) ? file : dirname(file)

const withLibraries = (folder: string): string[] =>
  basename(folder) === 'bin' ? [folder, join(dirname(folder), 'lib')] : [folder]
