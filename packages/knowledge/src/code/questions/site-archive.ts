// A zip file, written as it comes: the documentation in one download. Format: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and
// 4.3.16; without the extension for large archives.
import { crc32, deflateRawSync } from 'node:zlib'

export interface Archive {
  /** A file by its path within the archive, with slashes. */
  add(name: string, text: string): void
  /** The list of what is in it, which ends it. */
  end(): void
}

/** What the counters of the format hold. */
const MEMBERS_MAX = 0xff_ff
const BYTES_MAX = 0xff_ff_ff_ff
const VERSION = 20
/** Names are UTF-8. */
const FLAGS = 0x08_00
const DEFLATED = 8
/** 1980-01-01, the earliest that it knows: equal contents make equal archives. */
const DAY = 0x00_21

export function createArchive(write: (bytes: Buffer) => void): Archive {
  const listed: Buffer[] = []
  let at = 0
  const put = (...parts: Buffer[]) => {
    for (const bytes of parts) {
      write(bytes)
      at += bytes.length
    }
    if (at > BYTES_MAX) throw new Error('the archive would be larger than 4 GB')
  }
  return {
    add(name, text) {
      if (listed.length === MEMBERS_MAX)
        throw new Error(`the archive would hold more than ${MEMBERS_MAX} files`)
      const [path, plain] = [Buffer.from(name), Buffer.from(text)]
      const packed = deflateRawSync(plain)
      const about = aboutOf(path, { plain, packed })
      listed.push(Buffer.concat([listHead(about, at), path]))
      put(Buffer.concat([Buffer.from('PK\u0003\u0004'), about]), path, packed)
    },
    end() {
      const begin = at
      put(...listed)
      const last = Buffer.alloc(22)
      last.write('PK\u0005\u0006', 0)
      last.writeUInt16LE(listed.length, 8)
      last.writeUInt16LE(listed.length, 10)
      last.writeUInt32LE(at - begin, 12)
      last.writeUInt32LE(begin, 16)
      put(last)
    },
  }
}

/** What is said of a file before it, and again in the list. */
function aboutOf(path: Buffer, { plain, packed }: { plain: Buffer; packed: Buffer }): Buffer {
  const about = Buffer.alloc(26)
  about.writeUInt16LE(VERSION, 0)
  about.writeUInt16LE(FLAGS, 2)
  about.writeUInt16LE(DEFLATED, 4)
  about.writeUInt16LE(DAY, 8)
  about.writeUInt32LE(crc32(plain), 10)
  about.writeUInt32LE(packed.length, 14)
  about.writeUInt32LE(plain.length, 18)
  about.writeUInt16LE(path.length, 22)
  return about
}

function listHead(about: Buffer, at: number): Buffer {
  const head = Buffer.alloc(46)
  head.write('PK\u0001\u0002', 0)
  head.writeUInt16LE(VERSION, 4)
  about.copy(head, 6)
  head.writeUInt32LE(at, 42)
  return head
}
