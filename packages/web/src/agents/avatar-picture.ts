// Scales a picture to what an avatar needs before it is sent, so that nothing else of the file leaves the browser.

const SIDE = 256
const QUALITY = 0.85

/** WebP, or PNG where the browser cannot write that, of 256 × 256 in base64. Rejects for what is not a picture. */
export async function avatarPicture(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file)
  const canvas = document.createElement('canvas')
  canvas.width = SIDE
  canvas.height = SIDE
  const side = Math.min(picture.width, picture.height)
  const left = (picture.width - side) / 2
  const top = (picture.height - side) / 2
  canvas.getContext('2d')?.drawImage(picture, left, top, side, side, 0, 0, SIDE, SIDE)
  picture.close()
  const url = canvas.toDataURL('image/webp', QUALITY)
  return url.slice(url.indexOf(',') + 1)
}
