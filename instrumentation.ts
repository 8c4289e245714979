/** Next calls this once on Node and once on the edge, before the first request. */
export async function register(): Promise<void> {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) return
  const { registerOTel } = await import('@vercel/otel')
  // The gateway and Next have spans of their own for what they call.
  registerOTel({ serviceName: 'evergate-app', instrumentations: [] })
}
