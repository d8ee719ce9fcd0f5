// Metrics as OTLP brings them (opentelemetry-proto, metrics/v1), from JSON or protobuf, reduced to points of sums.
import { z } from 'zod'
import { bytesOf, doubleOf, fieldsIn, fixed64Of, textOf, varintOf } from './protobuf.ts'

/** One point of a sum. */
export interface SumPoint {
  metric: string
  attributes: Readonly<Record<string, string>>
  /** Since the start of the series; else since the point before. */
  isCumulative: boolean
  /** When the series began, ns; another one begins it anew. */
  start: string
  /** ns. */
  time: string
  value: number
}

const CUMULATIVE = 2

const Nanos = z.union([z.string(), z.number()]).transform(String).default('0')
const Attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()).default({}) }))
  .default([])
const Point = z.object({
  attributes: Attributes,
  startTimeUnixNano: Nanos,
  timeUnixNano: Nanos,
  asInt: z.union([z.string(), z.number()]).optional(),
  asDouble: z.number().optional(),
})
const Metric = z.object({
  name: z.string(),
  sum: z
    .object({
      dataPoints: z.array(Point).default([]),
      aggregationTemporality: z.union([z.string(), z.number()]).default(0),
    })
    .optional(),
})
const Export = z.object({
  resourceMetrics: z
    .array(
      z.object({ scopeMetrics: z.array(z.object({ metrics: z.array(Metric).default([]) })).default([]) }),
    )
    .default([]),
})

/** The points of an ExportMetricsServiceRequest in JSON. Throws where it is none. */
export function pointsInJson(text: string): SumPoint[] {
  const { resourceMetrics } = Export.parse(JSON.parse(text))
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics),
  )
  return metrics.flatMap(({ name, sum }) =>
    (sum?.dataPoints ?? []).map((point): SumPoint => ({
      metric: name,
      attributes: Object.fromEntries(point.attributes.map(({ key, value }) => [key, textIn(value)])),
      isCumulative: isCumulative(sum?.aggregationTemporality),
      start: point.startTimeUnixNano,
      time: point.timeUnixNano,
      value: point.asDouble ?? Number(point.asInt ?? 0),
    })),
  )
}

const isCumulative = (told: string | number | undefined): boolean =>
  told === CUMULATIVE || told === 'AGGREGATION_TEMPORALITY_CUMULATIVE'

/** AnyValue: what matters to us is text or a number. */
const textIn = (value: Record<string, unknown>): string => {
  const [first] = Object.values(value)
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? String(first)
    : ''
}

/** The same in protobuf. Throws WireError where it is none. */
export function pointsInProtobuf(bytes: Uint8Array): SumPoint[] {
  const inside = (message: Uint8Array, number: number) => bytesOf(fieldsIn(message), number)
  return inside(bytes, 1)
    .flatMap((resource) => inside(resource, 2))
    .flatMap((scope) => inside(scope, 2))
    .flatMap(pointsOfMetric)
}

function pointsOfMetric(bytes: Uint8Array): SumPoint[] {
  const fields = fieldsIn(bytes)
  const metric = textOf(fields, 1)
  return bytesOf(fields, 7).flatMap((message) => {
    const sum = fieldsIn(message)
    const cumulative = isCumulative(Number(varintOf(sum, 2) ?? 0n))
    return bytesOf(sum, 1).map((point) => pointOf(point, { metric, isCumulative: cumulative }))
  })
}

function pointOf(bytes: Uint8Array, of: Pick<SumPoint, 'metric' | 'isCumulative'>): SumPoint {
  const fields = fieldsIn(bytes)
  return {
    ...of,
    attributes: Object.fromEntries(bytesOf(fields, 7).map(attributeOf)),
    start: String(fixed64Of(fields, 2) ?? 0n),
    time: String(fixed64Of(fields, 3) ?? 0n),
    value: doubleOf(fields, 4) ?? Number(fixed64Of(fields, 6, true) ?? 0n),
  }
}

function attributeOf(bytes: Uint8Array): [string, string] {
  const fields = fieldsIn(bytes)
  const value = fieldsIn(bytesOf(fields, 2)[0] ?? new Uint8Array())
  const number = varintOf(value, 3) ?? doubleOf(value, 4)
  return [textOf(fields, 1), textOf(value, 1) || (number === null ? '' : String(number))]
}
