import { createGateway } from 'evergate/next'
import { openTelemetry } from 'evergate/opentelemetry'

export const middleware = createGateway({
  rules: [{ path: '/', require: 'public' }],
  telemetry: openTelemetry(),
})
