// Finds the program of a new session before tmux tries to start it, so that a mistake becomes a sentence and not a dead pane.
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { fault } from '@tutti/core'
import type { Environment } from './spawn.ts'

/** The arguments for tmux, the program as a full path. Faults where the folder or the program is missing. */
export async function programArgv(argv: readonly string[], cwd: string, env: Environment): Promise<string[]> {
  const [program = '', ...rest] = argv
  if (!(await isFolder(cwd))) throw fault('agent.folder-missing', { path: cwd })
  const path = await found(program, cwd, env)
  if (path === undefined) throw fault('agent.program-missing', { program })
  // A single word would go to a shell; env(1) makes it two, and does not take a path with = for a variable after nice(1).
  if (rest.length > 0) return [path, ...rest]
  return path.includes('=') ? ['nice', '-n', '0', path] : ['env', path]
}

const isFolder = async (path: string): Promise<boolean> =>
  isAbsolute(path) && ((await stat(path).catch(() => undefined))?.isDirectory() ?? false)

async function found(program: string, cwd: string, env: Environment): Promise<string | undefined> {
  if (program === '' || program.includes('\0')) return undefined
  if (program.includes('/')) return firstRunnable([resolve(cwd, program)])
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  return firstRunnable(folders.map((folder) => join(folder, program)))
}

async function firstRunnable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isFile = (await stat(path).catch(() => undefined))?.isFile()
    if (isFile && (await isRunnable(path))) return path
  }
  return undefined
}

const isRunnable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
