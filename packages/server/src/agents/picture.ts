// Tells from its first bytes what a picture is and how large, so that nothing else is ever stored or served as one.

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp'

export interface Picture {
  type: PictureType
  width: number
  height: number
}

/** The kind and size of a PNG, JPEG or WebP; null for anything else or anything cut short before its size. */
export function readPicture(bytes: Uint8Array): Picture | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return png(view) ?? jpeg(view) ?? webp(view)
  } catch (error) {
    // Reading beyond the end: it is not whole.
    if (error instanceof RangeError) return null
    throw error
  }
}

// PNG specification, 5.2 and 11.2.2: signature, then the IHDR chunk with width and height.
const PNG_SIGNATURE = 0x89504e470d0a1a0an
const IHDR = 0x49484452

function png(view: DataView): Picture | null {
  if (view.byteLength < 8 || view.getBigUint64(0) !== PNG_SIGNATURE) return null
  if (view.getUint32(12) !== IHDR) return null
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

// ITU T.81, B.1.1: segments of marker and length; a start-of-frame segment holds height and width.
function jpeg(view: DataView): Picture | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8 || view.getUint8(2) !== 0xff) return null
  let at = 2
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (isStartOfFrame(marker)) {
      return { type: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

// C4, C8 and CC among them are tables and reserved.
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

// RFC 9649, 2: a RIFF container whose first chunk tells the kind and holds the size.
const RIFF = 0x52494646
const WEBP = 0x57454250
const VP8_LOSSY = 0x56503820
const VP8_LOSSLESS = 0x5650384c
const VP8_EXTENDED = 0x56503858

function webp(view: DataView): Picture | null {
  if (view.byteLength < 12 || view.getUint32(0) !== RIFF || view.getUint32(8) !== WEBP) return null
  const kind = view.getUint32(12)
  if (kind === VP8_LOSSY) return webpOf(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
  if (kind === VP8_LOSSLESS) {
    const bits = view.getUint32(21, true)
    return webpOf((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  if (kind === VP8_EXTENDED) return webpOf(uint24(view, 24) + 1, uint24(view, 27) + 1)
  return null
}

const webpOf = (width: number, height: number): Picture => ({ type: 'image/webp', width, height })

const uint24 = (view: DataView, at: number): number =>
  view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
