import type { RequestHandler } from 'express'
import type { Endpoint } from '../../http/endpoint.ts'
import { createTracing, type Tracing } from './tracing.ts'

/**
 * Spans for an app that the auth server is a part of: for whatever provider that app registers, if OpenTelemetry's API is installed
 * there at all. Where it is not, nothing of it is loaded.
 *
 * @returns undefined until the API has been found, within the first moments of a process, or for good
 */
export function findTracing(): () => Tracing | undefined {
  let found: Tracing | undefined
  const look = async () => {
    found = createTracing(await import('@opentelemetry/api'))
  }
  // Not installed.
  look().catch(() => {})
  return () => found
}

/** Middleware before a route, from the moment on at which there are spans. */
export function watchWhenFound(tracing: () => Tracing | undefined) {
  return (endpoint: Endpoint): RequestHandler => {
    let watch: RequestHandler | undefined
    return (req, res, next) => {
      watch ??= tracing()?.watchRequests(endpoint)
      if (watch) watch(req, res, next)
      else next()
    }
  }
}
