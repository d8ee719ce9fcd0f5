// Runs the programs that the scripts are made of, quietly unless they fail.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { performance } from 'node:perf_hooks'

export const root = join(import.meta.dirname, '..')
export const node = process.execPath

export interface Ran {
  code: number
  /** What it printed on both streams, in order. */
  output: string
  ms: number
}

export interface RunOptions {
  env?: Record<string, string>
  /** Shows the output as it comes, in place of keeping it. */
  show?: boolean
  cwd?: string
}

const NOT_STARTED = 127

/** Runs an argument list to its end, never by a shell. */
export async function command(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = argv
  const began = performance.now()
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer) => (output += chunk.toString('utf8'))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(NOT_STARTED)
    })
    child.once('close', (ended) => resolve(ended ?? 1))
  })
  return { code, output, ms: performance.now() - began }
}

/** The path of a tool that npm has installed. */
export const tool = (name: string): string => join(root, 'node_modules', '.bin', name)

/** The path of a program on the PATH; null when there is none. */
export function onPath(names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
    if (found) return found
  }
  return null
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
