/** Where a request stands in the trace of its caller. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** The caller's span: 16 hexadecimal digits. */
  readonly spanId: string
  /** The caller records its part of the trace. */
  readonly sampled: boolean
}

const FORMAT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/
const ZEROS = /^0+$/

/**
 * Reads a `traceparent` of version 00 (W3C Trace Context, 3.2). Pure.
 *
 * @returns undefined for anything else: the trace is not continued then, as the specification asks
 */
export function parseTraceparent(header: string | readonly string[] | undefined): TraceParent | undefined {
  const [, traceId, spanId, flags] = (typeof header === 'string' && FORMAT.exec(header)) || []
  if (!traceId || !spanId || !flags || ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}
