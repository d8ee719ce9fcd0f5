// The part of tar that a backup needs: regular files with short names, so that any tar program can open one.
// Format: POSIX.1-2017 pax, "ustar Interchange Format".

export const BLOCK_BYTES = 512
const NAME_BYTES = 100
const SIZE_LIMIT_BYTES = 8 ** 11 // eleven octal digits: 8 GB
const CHECKSUM = { at: 148, bytes: 8 }

export interface Member {
  name: string
  sizeBytes: number
}

// Members have the names that we gave them; anything else in an archive is not ours and is not unpacked.
const NAME = /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/

export const isMemberName = (name: string) => NAME.test(name) && name.length <= NAME_BYTES

/** The block before a member's bytes. The time is left out: equal contents make equal archives. */
export function header({ name, sizeBytes }: Member): Buffer {
  if (!isMemberName(name) || sizeBytes >= SIZE_LIMIT_BYTES)
    throw new Error(`not for a backup: ${name} of ${sizeBytes} bytes`)
  const block = Buffer.alloc(BLOCK_BYTES)
  block.write(name, 0, 'latin1')
  block.write(octal(0o600, 8), 100, 'latin1')
  block.write(octal(0, 8) + octal(0, 8), 108, 'latin1') // owner and group
  block.write(octal(sizeBytes, 12) + octal(0, 12), 124, 'latin1')
  block.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.bytes)
  block.write('0', 156, 'latin1') // a regular file
  block.write('ustar\x0000', 257, 'latin1')
  block.write(`${octal(sumOf(block), 7)} `, CHECKSUM.at, 'latin1')
  return block
}

/** The member that a block announces, null for the end of the archive, or a sentence about what is wrong. */
export function parseHeader(block: Buffer): Member | null | string {
  if (block.length === BLOCK_BYTES && block.every((byte) => byte === 0)) return null
  const name = block.toString('latin1', 0, NAME_BYTES).replace(/\0.*$/s, '')
  const sizeBytes = Number.parseInt(block.toString('latin1', 124, 135), 8)
  if (!isMemberName(name) || !Number.isSafeInteger(sizeBytes))
    return 'it has a member that is not of a backup'
  return block.equals(header({ name, sizeBytes }))
    ? { name, sizeBytes }
    : `the header of ${name} does not fit`
}

/** How many bytes fill the member's last block. */
export const paddingOf = (sizeBytes: number) => (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES

const octal = (value: number, bytes: number) => `${value.toString(8).padStart(bytes - 1, '0')}\0`

const sumOf = (block: Buffer) => block.reduce((sum, byte) => sum + byte, 0)
