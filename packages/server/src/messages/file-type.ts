// What a file is by its first bytes, whatever its name or sender says, and whether it is something that would run.

export interface FileType {
  type: string
  /** Why it is refused, or null. */
  danger: string | null
}

// Signatures as published for each format; the first that fits counts.
const SIGNATURES: readonly (readonly [bytes: string, type: string])[] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['474946383761', 'image/gif'],
  ['474946383961', 'image/gif'],
  ['255044462d', 'application/pdf'],
  ['504b0304', 'application/zip'],
  ['504b0506', 'application/zip'],
  ['1f8b', 'application/gzip'],
  ['28b52ffd', 'application/zstd'],
  ['377abcaf271c', 'application/x-7z-compressed'],
  ['53514c69746520666f726d6174203300', 'application/vnd.sqlite3'],
]

const PROGRAMS: readonly (readonly [bytes: string, says: string])[] = [
  ['7f454c46', 'it is a program (ELF)'],
  ['4d5a', 'it is a program (Windows)'],
  ['feedface', 'it is a program (Mach-O)'],
  ['feedfacf', 'it is a program (Mach-O)'],
  ['cefaedfe', 'it is a program (Mach-O)'],
  ['cffaedfe', 'it is a program (Mach-O)'],
  ['cafebabe', 'it is a program (Mach-O or Java)'],
  ['edabeedb', 'it is a package (RPM)'],
  ['213c617263683e', 'it is a package (deb) or library'],
  ['d0cf11e0a1b11ae1', 'it is an old Office or installer file, which may hold macros'],
  ['2321', 'it is a script with an interpreter line'],
]
const RUNNABLE =
  /\.(?:exe|dll|com|scr|msi|bat|cmd|ps1|vbs|jse?|wsf|jar|apk|deb|rpm|dmg|pkg|app|lnk|desktop|sh|bash|zsh|fish)$/i
// Source code is what agents write to each other; what a double click would start is not.
const SOURCE = /\.(?:js|sh|bash|zsh|fish)$/i

/** The type by content; text is UTF-8 without control characters. */
export function sniffed(bytes: Uint8Array, name: string): FileType {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex')
  const program = PROGRAMS.find(([signature]) => head.startsWith(signature))
  if (program) return { type: 'application/octet-stream', danger: program[1] }
  if (RUNNABLE.test(name) && !SOURCE.test(name)) {
    return { type: 'application/octet-stream', danger: 'files of that name start programs' }
  }
  const known = SIGNATURES.find(([signature]) => head.startsWith(signature))
  if (known) return { type: known[1], danger: null }
  if (head.startsWith('52494646') && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'WEBP') {
    return { type: 'image/webp', danger: null }
  }
  return { type: isText(bytes) ? 'text/plain' : 'application/octet-stream', danger: null }
}

// Control characters that text files hold: tab, line feed, form feed, carriage return, escape.
const TEXT_CONTROLS = new Set([9, 10, 12, 13, 27])

function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 64 * 1024)
  if (head.some((byte) => byte < 32 && !TEXT_CONTROLS.has(byte))) return false
  try {
    // `stream`: the cut at 64 kB may go through a character.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false // not UTF-8, so not text as we show it
  }
}
