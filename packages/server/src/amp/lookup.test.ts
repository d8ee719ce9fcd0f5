// A provider is found by DNS or by its document, and never under a key that the two do not agree on.
import { fingerprints, newKeyPair, publicKey, publicKeyPem, type PublicKey } from '@tutti/protocol'
import { beforeEach, expect, test } from 'vitest'
import { ampCrypto } from '../amp-crypto.ts'
import { aContext } from '../db/test-support.ts'
import { OutboundRefusal } from '../outbound.ts'
import { lookupHandlers } from './lookup.ts'

const provider = 'mail.example.org'
let key: PublicKey
let records: Record<string, string[][]>
let documents: Record<string, object>
let asked: string[]

beforeEach(async () => {
  key = publicKey((await newKeyPair()).publicRaw)
  records = {}
  documents = {}
  asked = []
})

const find = () =>
  Promise.resolve(
    lookupHandlers({
      resolveTxt: (name) => {
        asked.push(name)
        const found = records[name]
        return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'))
      },
      fetchOutbound({ url }) {
        asked.push(url)
        if (url.includes('10.0.0.1')) return Promise.reject(new OutboundRefusal('it lies inside'))
        const found = documents[url]
        return Promise.resolve({ status: found ? 200 : 404, body: Buffer.from(JSON.stringify(found ?? {})) })
      },
    }).findMailPeer({ provider }, aContext()),
  )
const document = (extra: object = {}) => ({
  provider,
  endpoint: 'https://mail.example.org/v1',
  public_key: publicKeyPem(key),
  ...extra,
})
const WELL_KNOWN = `https://${provider}/.well-known/agent-messaging.json`
const dns = (text: string) =>
  (records[`_amp._tcp.${provider}`] = [['v=spf1'], [text.slice(0, 9), text.slice(9)]])

test('without a record in DNS its discovery document says where it is', async () => {
  documents[WELL_KNOWN] = document()
  const { spki } = await fingerprints(key, ampCrypto)

  expect(await find()).toEqual({
    provider,
    endpoint: 'https://mail.example.org/v1',
    publicKey: publicKeyPem(key),
    fingerprint: spki,
    source: 'well-known',
  })
  expect(asked).toEqual([`_amp._tcp.${provider}`, WELL_KNOWN])
})

test('G3 a record in DNS leads to the server, whose key must be the one of the record', async () => {
  const { spki } = await fingerprints(key, ampCrypto)
  dns(`v=AMP1; endpoint=https://node-7.example.net/v1; pubkey=${spki}; capabilities=relay`)
  documents['https://node-7.example.net/v1/info'] = document()
  expect(await find()).toMatchObject({ endpoint: 'https://node-7.example.net/v1', source: 'dns' })

  key = publicKey((await newKeyPair()).publicRaw)
  documents['https://node-7.example.net/v1/info'] = document()
  await expect(find()).rejects.toMatchObject({ code: 'message.provider-silent' })
})

test('C38 who answers for another, without a key, over plain HTTP or from inside is no provider', async () => {
  for (const extra of [
    { provider: 'other.example.org' },
    { public_key: 'none' },
    { public_key: null },
    { endpoint: 'http://mail.example.org/v1' },
    { endpoint: 'file:///etc/passwd' },
  ]) {
    documents[WELL_KNOWN] = document(extra)
    await expect(find()).rejects.toMatchObject({ code: 'message.provider-silent', status: 502 })
  }
  delete documents[WELL_KNOWN]
  await expect(find()).rejects.toMatchObject({ details: { problem: expect.stringContaining('404') } })
  dns('v=AMP1; endpoint=https://10.0.0.1/v1')
  await expect(find()).rejects.toMatchObject({ details: { problem: 'it lies inside' } })
})
