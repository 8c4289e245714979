import { guardServer, honourEnded } from 'evergate/next'
import { revocation } from './app/_lib/revocation'

const ended = revocation()
if (ended) honourEnded(ended)

/** Next calls this once on Node and once on the edge, before the first request. */
export async function register(): Promise<void> {
  guardServer()
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint) return
  const { registerOTel } = await import('@vercel/otel')
  const { PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics')
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http')
  registerOTel({
    serviceName: 'evergate-app',
    // The gateway and Next have spans of their own for what they call.
    instrumentations: [],
    metricReaders: [
      new PeriodicExportingMetricReader({
        // On the edge it does not look for the variable itself.
        exporter: new OTLPMetricExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/metrics` }),
        exportIntervalMillis: Number(process.env.OTEL_METRIC_EXPORT_INTERVAL || 60_000),
      }),
    ],
  })
}
