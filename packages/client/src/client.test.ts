// Holds the typed client to the operations table and to the fault catalogue.
import { operation, operationNames, routes } from '@tutti/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { createClient, type Client } from './client.ts'
import { isClientFault, type ClientFault } from './client-fault.ts'

interface Sent {
  url: string
  init: RequestInit
}

function aClient(answer: (sent: Sent) => Response = () => Response.json({})) {
  const sent: Sent[] = []
  const client = createClient({
    routes: routes(),
    baseUrl: 'http://127.0.0.1:1',
    headers: () => ({ Authorization: 'Bearer t' }),
    fetch: async (url, init) => {
      sent.push({ url, init })
      return answer({ url, init })
    },
  })
  return { client, sent }
}

const ID = 'agt_01j9z3k7q8f0a1b2c3d4e5' as const

async function faultFrom(call: Promise<unknown>): Promise<ClientFault> {
  const error = await call.then(
    () => new Error('expected a fault'),
    (thrown: unknown) => thrown,
  )
  if (isClientFault(error)) return error
  throw error
}

describe('the client', () => {
  test('has one method for every operation, at its method and path', async () => {
    const { client, sent } = aClient()
    const calls: Record<string, (input: object) => Promise<unknown>> = { ...client } as never
    for (const name of operationNames()) await calls[name]!({ id: 'x' })

    expect(sent.map(({ init }) => init.method)).toEqual(
      operationNames().map((name) => operation(name).method),
    )
    expect(sent.every(({ url }) => !url.includes('{'))).toBe(true)
  })

  test('puts fields into the path, the query or the body, escaped', async () => {
    const { client, sent } = aClient()
    await client.getScreen({ id: 'agt_a/b', lines: 5 })
    await client.sendKeys({ id: ID, text: 'a&b', keys: ['Enter'] })

    expect(sent[0]?.url).toBe('http://127.0.0.1:1/v1/agents/agt_a%2Fb/screen?lines=5')
    expect(sent[1]?.init.body).toBe('{"text":"a&b","keys":["Enter"]}')
    expect(sent[1]?.init.headers).toMatchObject({
      'Content-Type': 'application/json',
      Authorization: 'Bearer t',
    })
  })

  test('sends the version that was read as If-Match', async () => {
    const { client, sent } = aClient()
    await client.updateAgent({ id: ID, label: 'x' }, { version: 3 })
    expect(sent[0]?.init.headers).toMatchObject({ 'If-Match': '"3"' })
  })

  test('throws the fault of the catalogue that the server gave', async () => {
    const body = { error: { code: 'agent.unknown', message: 'No agent answers to x.', details: { id: 'x' } } }
    const { client } = aClient(() => Response.json(body, { status: 404 }))
    expect(await faultFrom(client.getAgent({ id: ID }))).toMatchObject({ status: 404, ...body.error })
  })

  test('says what to do when nobody answers', async () => {
    const { client } = aClient(() => {
      throw new TypeError('fetch failed')
    })
    const fault = await faultFrom(client.getHealth())
    expect(fault.message).toBe('Tutti does not answer at http://127.0.0.1:1. Start it with `tutti up`.')
    expect(fault.code).toBe('network.unreachable')
  })

  test('names an answer of something else than Tutti', async () => {
    const page = () => new Response('<html>', { status: 502 })
    expect(await faultFrom(aClient(page).client.getHealth())).toMatchObject({
      code: 'answer.foreign',
      status: 502,
    })
    const fine = () => new Response('<html>')
    expect(await faultFrom(aClient(fine).client.getHealth())).toMatchObject({ code: 'answer.foreign' })
  })

  test('gives bytes as the answer itself', async () => {
    const { client } = aClient(() => new Response('cast'))
    const answer = await client.getRecording({ id: 'rec_01j9z3k7q8f0a1b2c3d4e5' })
    expect(await answer.text()).toBe('cast')
  })

  test('asks for the version of a versioned operation by its type', () => {
    expectTypeOf<Client['updateAgent']>().parameter(1).toHaveProperty('version')
    expectTypeOf<Client['getHealth']>().toBeCallableWith()
    expectTypeOf<Awaited<ReturnType<Client['getRecording']>>>().toEqualTypeOf<Response>()
  })
})
