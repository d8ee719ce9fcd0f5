// Where the metrics of a program go, and when they are left alone.
import { expect, test } from 'vitest'
import { aContext, fakeHost, handClock, newAgent } from '../agents/test-support.ts'
import { createSettings } from '../settings/settings.ts'
import { telemetryEnv } from './telemetry.ts'
import { aStage, playedKit } from './test-kit.ts'

const receiver = { url: 'http://127.0.0.1:1', token: 'tut_x' }

test('metrics go to the receiver, with the token of the session', () => {
  expect(telemetryEnv({ HOME: '/home/ada' }, receiver)).toMatchObject({
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:1/v1/otlp/v1/metrics',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'authorization=Bearer%20tut_x',
  })
})

test.each(['OTEL_METRICS_EXPORTER', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_SDK_DISABLED'])(
  'an agent that has %s itself keeps it',
  (name) => expect(telemetryEnv({ [name]: 'x' }, receiver)).toEqual({}),
)

test('only where the setting says so, and only programs that nobody else counts', async () => {
  const counting = playedKit()
  const silent = { ...counting, abilities: { ...counting.abilities, usage: false } }
  for (const [kit, isSending] of [
    [counting, false],
    [silent, true],
  ] as const) {
    const stage = aStage({ kits: [kit], host: fakeHost(), clock: handClock() })
    await stage.open()
    const start = async (name: string) => {
      const asked = newAgent(name, { program: '/played', wake: true })
      const { id } = await stage.agents().handlers.createAgent(asked, aContext())
      return Object.keys(stage.host.running.get(id)?.env ?? {})
    }
    expect(await start('before')).not.toContain('OTEL_METRICS_EXPORTER')

    const settings = createSettings({ store: stage.store(), machine: 'm', home: '/' })
    await settings.handlers.updateSettings({ telemetry: true }, aContext({ version: 1 }))

    expect((await start('after')).includes('OTEL_METRICS_EXPORTER')).toBe(isSending)
    await stage.close()
  }
})
