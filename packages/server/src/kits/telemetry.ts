// Points the metrics of a program at our OTLP receiver, by the variables that OpenTelemetry defines for it.
import type { Environment } from '../agents/environment.ts'

/** Where programs reach this machine, and the session's own token. */
export interface Receiver {
  url: string
  token: string
}

// Somebody who sends metrics elsewhere wants them there.
const TOLD = /^OTEL_(?:METRICS_EXPORTER$|EXPORTER_OTLP_|SDK_DISABLED$)/

/**
 * For programs whose kit does not count what they use. Of the others the transcript tells each call, also those from before
 * Tutti came; metrics would tell the same again, and nothing says which call they are, so the receiver drops them. It is off
 * unless the setting says so: a variable reaches all that a program starts, and a service that is being developed there would
 * begin to send its own metrics.
 */
export function telemetryEnv(env: Environment, { url, token }: Receiver): Environment {
  if (Object.keys(env).some((name) => TOLD.test(name))) return {}
  return {
    OTEL_METRICS_EXPORTER: 'otlp',
    // The one that every SDK has.
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${url}/v1/otlp/v1/metrics`,
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: `authorization=${encodeURIComponent(`Bearer ${token}`)}`,
    // A wrapper around Claude Code has a name of its own, and Claude Code sends nothing without this.
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  }
}
