// The one way to start a process here: a file and an array of arguments, never a shell.
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'

export type Environment = Readonly<Record<string, string | undefined>>

export interface SpawnOptions {
  env: Environment
  cwd?: string
}

export interface RunOptions extends SpawnOptions {
  timeoutMs: number
  /** Output beyond this ends the process: an answer that large is not the one that was asked for. */
  limitBytes?: number
  input?: string | Uint8Array
}

export interface RunResult {
  /** Null where a signal ended it. */
  code: number | null
  stdout: Buffer
  stderr: string
}

const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024

/** Starts a process with pipes. It inherits nothing but the environment that is given. */
export const spawnArgv = (
  file: string,
  argv: readonly string[],
  options: SpawnOptions,
): ChildProcessWithoutNullStreams => spawn(file, argv, { ...options, shell: false, stdio: 'pipe' })

/** Runs a process to its end. Rejects where it cannot start, takes longer than `timeoutMs` or prints more than the limit. */
export function run(file: string, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const { timeoutMs, limitBytes = OUTPUT_LIMIT_BYTES, input, ...spawnOptions } = options
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>()
  const child = spawnArgv(file, argv, spawnOptions)
  const give = (error: Error): void => {
    child.kill('SIGKILL')
    reject(error)
  }
  const timer = setTimeout(() => give(new Error(`${file} took longer than ${timeoutMs} ms`)), timeoutMs)
  const out: Buffer[] = []
  const err: Buffer[] = []
  let size = 0
  const collect = (into: Buffer[]) => (chunk: Buffer) => {
    size += chunk.byteLength
    if (size > limitBytes) give(new Error(`${file} printed more than ${limitBytes} bytes`))
    else into.push(chunk)
  }
  child.stdout.on('data', collect(out))
  child.stderr.on('data', collect(err))
  child.on('error', reject)
  child.stdin.on('error', () => {
    // A program that does not read its input closes the pipe early; its exit code tells the rest.
  })
  child.on('close', (code) => {
    clearTimeout(timer)
    resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() })
  })
  child.stdin.end(input)
  return promise
}
