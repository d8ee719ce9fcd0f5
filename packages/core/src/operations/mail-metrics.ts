// Counts for a monitor.
import { z } from 'zod'
import { op } from '../operation.ts'

const Nothing = z.strictObject({})

export const mailMetricsOperations = {
  ampMetrics: op({
    method: 'GET',
    path: '/v1/metrics',
    aliases: ['/api/v1/metrics', '/api/v1/v1/metrics'],
    may: 'system:read',
    input: Nothing,
    output: Nothing,
    bytes: 'text/plain',
    says: 'What a monitor asks about the mail of this machine (Prometheus)',
  }),
} as const
