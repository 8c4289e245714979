import type { Context, Span } from '@opentelemetry/api'
import type { Request, RequestHandler, Response } from 'express'
import type { Endpoint } from '../../http/endpoint.ts'
import type { StoreObserver } from '../../store/watch-store.ts'
import type { RefusalReason } from '../../tokens/refusal.ts'
import { inTrace } from './request-trace.ts'
import { parseTraceparent } from './trace-parent.ts'

/** OpenTelemetry's API, which is loaded only where it is there. */
export type TracingApi = typeof import('@opentelemetry/api')

/** The attributes of a span that are about a presented refresh token. */
type Rotation =
  | { readonly kind: 'refreshed'; readonly how: 'rotated' | 'replayed' | 'healed'; readonly sid: string }
  | { readonly kind: 'refused'; readonly refusal: { readonly reason: RefusalReason; readonly sid?: string } }
  | { readonly kind: 'unproven'; readonly sid: string }

/** Spans of what the auth server does, named and described by OpenTelemetry's semantic conventions. */
export interface Tracing {
  /** Comes before everything else that a route does. */
  watchRequests(endpoint: Endpoint): RequestHandler
  /** Around one presentation of a refresh token. */
  rotation<T extends Rotation>(run: () => Promise<T>): Promise<T>
  /** Makes spans of a store's calls, where they are part of a request. */
  storeObserver(kind: 'sqlite' | 'postgres' | 'redis'): StoreObserver
}

/**
 * Spans for whatever provider is registered globally, now or later. No attribute holds a token, a header, an address, or what a
 * request wrote into its path.
 */
export function createTracing({ context, trace, SpanKind, SpanStatusCode, ...api }: TracingApi): Tracing {
  const tracer = trace.getTracer('@evergate/auth-server')

  function parentOf(req: Request): Context {
    const { traceId, spanId, sampled } = parseTraceparent(req.headers.traceparent) ?? {}
    if (traceId === undefined || spanId === undefined) return api.ROOT_CONTEXT
    const traceFlags = sampled ? api.TraceFlags.SAMPLED : api.TraceFlags.NONE
    return trace.setSpanContext(api.ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
  }

  /** Never the error's words, which may quote what it was about. */
  function fail(span: Span, type: string): void {
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute('error.type', type)
  }

  function end(span: Span, res: Response): void {
    if (res.headersSent) {
      span.setAttribute('http.response.status_code', res.statusCode)
      if (res.statusCode >= 500) fail(span, String(res.statusCode))
    }
    span.end()
  }

  return {
    watchRequests({ method, path }) {
      const verb = method.toUpperCase()
      return (req, res, next) => {
        // An app's own instrumentation of HTTP has made the span of this request.
        const around = trace.getSpan(context.active())
        if (around) return inTrace(around.spanContext().traceId, next)
        const parent = parentOf(req)
        const attributes = {
          'http.request.method': req.method,
          'http.route': path,
          'url.scheme': req.protocol,
          // A parameter may be anything.
          ...(path.includes(':') ? {} : { 'url.path': req.baseUrl + path }),
        }
        const span = tracer.startSpan(`${verb} ${path}`, { kind: SpanKind.SERVER, attributes }, parent)
        res.once('close', () => end(span, res))
        const { traceId } = span.spanContext()
        const run = () => (api.isValidTraceId(traceId) ? inTrace(traceId, next) : next())
        context.with(trace.setSpan(parent, span), run)
      }
    },

    rotation: (run) =>
      tracer.startActiveSpan('session.rotate', async (span) => {
        try {
          const result = await run()
          span.setAttributes(attributesOf(result))
          return result
        } catch (error) {
          fail(span, typeOf(error))
          throw error
        } finally {
          span.end()
        }
      }),

    storeObserver(kind) {
      const system = kind === 'postgres' ? 'postgresql' : kind
      return {
        known: () => {},
        ended(call, seconds, result) {
          if (!trace.getSpan(context.active())) return
          const attributes = { 'db.system.name': system, 'db.operation.name': call }
          const now = performance.timeOrigin + performance.now()
          const startTime = now - seconds * 1000
          const span = tracer.startSpan(call, { kind: SpanKind.CLIENT, startTime, attributes })
          if ('error' in result) fail(span, typeOf(result.error))
          span.end(now)
        },
      }
    },
  }
}

function attributesOf(result: Rotation): Record<string, string> {
  if (result.kind === 'refreshed') return { 'session.id': result.sid, 'evergate.rotation': result.how }
  const { reason, sid } = result.kind === 'unproven' ? { ...result, reason: result.kind } : result.refusal
  return {
    ...(sid && { 'session.id': sid }),
    'evergate.rotation': reason === 'reused' ? 'reuse-detected' : 'refused',
    'evergate.refusal': reason,
  }
}

const typeOf = (error: unknown): string => (error instanceof Error ? error.name : '_OTHER')
