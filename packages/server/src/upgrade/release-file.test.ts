// C35: what is not whole, not signed, or signed by somebody else never gets onto the shelf.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNodeCrypto } from '../mesh/identity.ts'
import { folderNameOf, placesIn } from './places.ts'
import { createReleaseShelf } from './release-shelf.ts'
import { aFolder, aRelease, aSigner } from './test-support.ts'

const PLATFORM = `${process.platform}-${process.arch}`

async function aShelf(trusted = aSigner().id, platform = PLATFORM) {
  const folder = aFolder()
  const places = placesIn(folder)
  const isTrusted = (key: string) => key === trusted
  const shelf = createReleaseShelf({
    places,
    clock: Date,
    crypto: createNodeCrypto(),
    isTrusted,
    platform,
  })
  const made = await aRelease(folder)
  return { ...made, shelf, places, bytes: readFileSync(made.path) }
}

const left = (root: string) => (existsSync(root) ? readdirSync(root) : [])

test('C35 a release of a trusted key is unpacked, and checked once more before it is used', async () => {
  const { shelf, bytes, places, release } = await aShelf()

  expect(await shelf.bring(bytes)).toEqual(release)
  expect(await shelf.bring(bytes)).toEqual(release)

  expect(shelf.list()).toEqual([release])
  await shelf.check(release)
  const page = join(places.folder(folderNameOf(release)), 'dist/release/web/index.html')
  writeFileSync(page, 'changed afterwards')
  await expect(shelf.check(release)).rejects.toThrow('dist/release/web/index.html was changed')
  writeFileSync(page, '<!doctype html>')
  writeFileSync(`${page}.js`, 'one more')
  await expect(shelf.check(release)).rejects.toThrow('index.html.js does not belong to it')
})

test('C35 one that an unknown key has signed is refused by name, and nothing of it stays', async () => {
  const { shelf, bytes, places, release } = await aShelf(aSigner(8).id)

  await expect(shelf.bring(bytes)).rejects.toMatchObject({
    code: 'release.untrusted',
    details: { version: '0.2.0', signer: release.signer },
  })

  expect(left(places.root)).toEqual([])
})

test('C35 one for another platform is refused', async () => {
  const { shelf, bytes } = await aShelf(aSigner().id, 'sunos-vax')
  await expect(shelf.bring(bytes)).rejects.toMatchObject({ code: 'release.foreign' })
})

test('C35 no byte of a release can be changed, cut off or added', async () => {
  const { shelf, bytes, places } = await aShelf()
  const changed = (at: number, by: number) => {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ by
    return copy
  }
  const anywhere = fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }))
  const shorter = fc.integer({ min: 0, max: bytes.length - 1 }).map((end) => bytes.subarray(0, end))
  const longer = fc.uint8Array({ minLength: 1, maxLength: 600 }).map((more) => Buffer.concat([bytes, more]))
  const tampered = fc.oneof(
    anywhere.map(([at, by]) => changed(at, by)),
    shorter,
    longer,
  )

  await fc.assert(
    fc.asyncProperty(tampered, async (content) => {
      await expect(shelf.bring(content)).rejects.toMatchObject({ code: 'release.damaged' })
    }),
    { numRuns: 12 },
  )

  expect(left(places.root)).toEqual([])
})

test('C35 one whose signature is left out is refused', async () => {
  const { shelf, bytes } = await aShelf()
  const text = bytes.toString('latin1').replace(/"sig":"[^"]{88}"/, `"sig":"${'A'.repeat(86)}=="`)
  await expect(shelf.bring(Buffer.from(text, 'latin1'))).rejects.toThrow(
    'not signed by the key that it names',
  )
})
