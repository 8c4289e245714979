import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../logger.ts'
import { createTracing, type Tracing } from './tracing.ts'

/** A sender of spans. */
export interface OpenedTracing {
  readonly tracing: Tracing
  /** Sends what has not been sent yet, for a second at most. */
  stop(): Promise<void>
}

const PATIENCE_MS = 1_000

/** With versions: the newest of each do not go together, and npm refuses them. */
const PACKAGES = [
  'api@1.9',
  'sdk-trace-base@2',
  'context-async-hooks@2',
  'resources@2',
  'exporter-trace-otlp-http@0.223',
].map((name) => `@opentelemetry/${name}`)

const load = () =>
  Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])

/**
 * Begins to send spans with OTLP over HTTP. Where to, how often and with which headers the exporter reads from the usual
 * variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_BSP_…`, `OTEL_SERVICE_NAME`) itself.
 *
 * @returns undefined, after a warning, when its packages are not installed: a server without spans is better than none
 */
export async function openTracing(logger: Logger): Promise<OpenedTracing | undefined> {
  const loaded = await load().catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    const what = `OTEL_EXPORTER_OTLP_ENDPOINT is set, but its packages are not installed, so no spans are sent: npm install ${PACKAGES.join(' ')}`
    logger.warn({}, what)
    return undefined
  })
  if (!loaded) return undefined
  const [api, sdk, { AsyncLocalStorageContextManager }, resources, { OTLPTraceExporter }] = loaded

  const { envDetector, detectResources, resourceFromAttributes } = resources
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'evergate-auth-server' }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  })
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  api.trace.setGlobalTracerProvider(provider)
  // Its words may hold the headers that it sent.
  const undelivered = () => logger.warn({}, 'spans could not be delivered to OTEL_EXPORTER_OTLP_ENDPOINT')
  const silent = () => {}
  api.diag.setLogger(
    { error: undelivered, warn: silent, info: silent, debug: silent, verbose: silent },
    api.DiagLogLevel.ERROR,
  )
  return {
    tracing: createTracing(api),
    async stop() {
      await Promise.race([
        provider.shutdown().catch(undelivered),
        delay(PATIENCE_MS, undefined, { ref: false }),
      ])
    },
  }
}
