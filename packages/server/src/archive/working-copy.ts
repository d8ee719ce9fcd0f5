// The working copy of an agent as one git bundle: every branch, and what is not committed as a commit beside them. Whatever a
// repository, a template or somebody's settings say, git runs no hook, no filter and no other program here.
import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@tutti/terminals'
import { z } from 'zod'

export interface GitDeps {
  /** Only its PATH is used. */
  env: Readonly<Record<string, string | undefined>>
}

/** What a bundle does not say by itself. */
export const WorkingCopy = z.strictObject({
  /** The branch that is checked out; null for a commit of no branch. */
  branch: z
    .string()
    .max(250)
    .regex(/^[^\s~^:?*[\\-][^\s~^:?*[\\]*$/)
    .nullable(),
  remotes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
        // What only names a place: other ways to write a remote name a program.
        url: z
          .string()
          .max(1000)
          .regex(/^(?:https?:\/\/|ssh:\/\/|git:\/\/)?[A-Za-z0-9][^\s]*$/)
          .refine((url) => !url.includes('::')),
      }),
    )
    .max(50),
})
export type WorkingCopy = z.infer<typeof WorkingCopy>

/** What is not committed stands here in the bundle. */
const CARRIED = 'refs/tutti/carried'
const GIT_MS = 10 * 60_000

// No settings but these: neither the user's nor the machine's nor the repository's can name a program.
const QUIET = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'protocol.allow=never',
  'protocol.file.allow=always',
  'submodule.recurse=false',
  'transfer.fsckObjects=true',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  'user.name=Tutti',
  'user.email=tutti@localhost',
].flatMap((one) => ['-c', one])

const NOBODY = {
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
}

type Git = (...argv: string[]) => Promise<string>

/** git in a folder; rejects with what it said where it ends badly. */
const gitIn =
  ({ env }: GitDeps, cwd: string, more: Record<string, string> = {}): Git =>
  async (...argv) => {
    const { code, stdout, stderr } = await run('git', [...QUIET, ...argv], {
      cwd,
      env: { PATH: env['PATH'], ...NOBODY, ...more },
      timeoutMs: GIT_MS,
    })
    if (code !== 0) throw new Error(`git ${argv[0]} ended with ${code}: ${stderr.trim().slice(0, 500)}`)
    return stdout.toString('utf8').trim()
  }

/** Whether the folder is the top of a working copy. */
export const isWorkingCopy = (folder: string): Promise<boolean> =>
  lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  )

/** Writes the bundle of a working copy, whose own index, branches and files stay as they are. Ignored files stay behind. */
export async function bundleTo(deps: GitDeps, folder: string, path: string): Promise<WorkingCopy> {
  const drafts = await mkdtemp(join(tmpdir(), 'tutti-bundle-'))
  try {
    const bare = join(drafts, 'bare')
    // A repository of our own over the same objects: nothing that the agent's repository configures has a say.
    await gitIn(deps, drafts)('clone', '--quiet', '--bare', '--shared', '--template=', '--', folder, bare)
    const git = gitIn(deps, folder, {
      GIT_DIR: bare,
      GIT_WORK_TREE: folder,
      GIT_INDEX_FILE: join(drafts, 'index'),
    })
    const head = await orNothing(git('rev-parse', '--quiet', '--verify', 'HEAD'))
    if (head !== '') await git('read-tree', head)
    await git('-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '--', '.')
    const tree = await git('write-tree')
    const parents = head === '' ? [] : ['-p', head]
    const carried = await git('commit-tree', tree, ...parents, '-m', 'What was not committed')
    await git('update-ref', CARRIED, carried)
    await git('bundle', 'create', '--quiet', path, '--all')
    const branch = await orNothing(git('symbolic-ref', '--quiet', '--short', 'HEAD'))
    return copyOf(
      branch,
      await orNothing(gitIn(deps, folder)('config', '--get-regexp', '^remote\\..*\\.url$')),
    )
  } finally {
    await rm(drafts, { recursive: true, force: true })
  }
}

/** git says by its exit code that there is none. */
const orNothing = (asked: Promise<string>): Promise<string> => asked.catch(() => '')

function copyOf(branch: string, lines: string): WorkingCopy {
  const remotes = lines.split('\n').flatMap((line) => {
    const [, name, url] = /^remote\.(.+)\.url (.+)$/.exec(line) ?? []
    const remote = WorkingCopy.shape.remotes.element.safeParse({ name, url })
    return remote.success ? [remote.data] : []
  })
  return { branch: WorkingCopy.shape.branch.safeParse(branch).data ?? null, remotes: remotes.slice(0, 50) }
}

/**
 * Makes a working copy of a bundle in a folder that is not there yet. Links in it become plain files, as a link can lead
 * anywhere. Rejects where the bundle is damaged; the folder is gone then.
 */
export async function unbundle(
  deps: GitDeps,
  bundle: string,
  { folder, copy }: { folder: string; copy: WorkingCopy },
): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  try {
    const git = gitIn(deps, folder)
    await git('init', '--quiet', '--template=', '-b', 'main')
    await git('config', 'core.symlinks', 'false')
    const refs = ['heads', 'tags', 'tutti'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)
    await git('fetch', '--quiet', '--no-tags', '--update-head-ok', '--no-recurse-submodules', bundle, ...refs)
    const parent = await orNothing(git('rev-parse', '--quiet', '--verify', `${CARRIED}^`))
    const name = `refs/heads/${copy.branch ?? ''}`
    const isBranch = copy.branch !== null && (await orNothing(git('rev-parse', '--verify', name))) === parent
    if (isBranch || parent === '')
      await git('symbolic-ref', 'HEAD', copy.branch === null ? 'refs/heads/main' : name)
    else await git('update-ref', '--no-deref', 'HEAD', parent)
    await git('read-tree', CARRIED)
    await git('checkout-index', '--all')
    // What was not committed is not committed here either.
    await git('read-tree', ...(parent === '' ? ['--empty'] : [parent]))
    await git('update-ref', '-d', CARRIED)
    for (const remote of copy.remotes) {
      await git('config', `remote.${remote.name}.url`, remote.url)
      await git('config', `remote.${remote.name}.fetch`, `+refs/heads/*:refs/remotes/${remote.name}/*`)
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
