import type { SentHeaders } from '../platform.ts'

/** W3C Trace Context, version 00: ids of zeros alone are none. */
const TRACEPARENT = /^00-(?!0+-)[\da-f]{32}-(?!0+-)[\da-f]{16}-[\da-f]{2}$/

/** The trace that a request belongs to, as its sender says. Null: the header is absent or cannot be read. */
export function readTraceparent(headers: SentHeaders): string | null {
  const value = headers.get('traceparent') ?? ''
  return TRACEPARENT.test(value) ? value : null
}

/** Starts a trace. */
export function newTraceparent(): string {
  return `00-${hex()}-${hex().slice(16)}-01`
}

/** 32 digits, 122 bits of them random. */
const hex = () => crypto.randomUUID().replaceAll('-', '')

export const traceIdOf = (traceparent: string | null): string | null =>
  traceparent === null ? null : traceparent.slice(3, 35)
