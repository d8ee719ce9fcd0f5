// A power cut made of an ext4 image on a loop device: the writer is stopped, the image is copied as the disk would have it, and the
// copy is mounted and checked. What was only in the system's cache is gone.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const IMAGE_MB = 64

/** Loop devices are root's. */
export const mayCutPower = (): boolean => process.getuid?.() === 0

/** `write` works in a folder of the disk and calls `cut` once; `check` gets what it answered and the folder as it is afterwards. */
export const powerCut = <Written, Verdict>(
  write: (folder: string, cut: () => void) => Promise<Written>,
  check: (folder: string, written: Written) => Promise<Verdict>,
): Promise<Verdict> =>
  inFolder(async (folder) => {
    const image = join(folder, 'disk.img')
    const cut = join(folder, 'cut.img')
    execFileSync('truncate', ['-s', `${IMAGE_MB}M`, image])
    execFileSync('mkfs.ext4', ['-q', '-F', image])
    const written = await mounted(image, join(folder, 'before'), (place) =>
      write(place, () => copyFileSync(image, cut)),
    )
    return await mounted(cut, join(folder, 'after'), (place) => check(place, written))
  })

async function mounted<T>(image: string, place: string, use: (place: string) => Promise<T>): Promise<T> {
  mkdirSync(place)
  execFileSync('mount', ['-o', 'loop', image, place])
  try {
    return await use(place)
  } finally {
    execFileSync('umount', [place])
  }
}

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-durability-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
