import type { Attributes } from '@opentelemetry/api'
import { metrics } from '@opentelemetry/api'
import type { GatewayEvent } from '../gateway/events/events.ts'
import { dimensionsOf, EVENT, OUTCOME, REASON } from './attributes.ts'

/** The gateway's instruments. */
export type Instruments = {
  countEvent(event: GatewayEvent): void
  /** A call of the backend, in seconds. */
  recordCall(seconds: number, attributes: Attributes): void
}

/** The semantic conventions' buckets for `http.client.request.duration`; a renewal is little more than such a call. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Backends choose the words that sessions end with; more than these become one time series. */
const MAX_REASONS = 50

/** Makes the gateway's instruments, when they are first used: before, there may be no provider yet. */
export function createInstruments(): Instruments {
  let made: ReturnType<typeof makeInstruments> | undefined
  const reasons = new Set<unknown>()

  function instruments() {
    made ??= makeInstruments()
    return made
  }

  function bounded(attributes: Attributes): Attributes {
    const reason = attributes[REASON]
    if (reason === undefined || reasons.has(reason)) return attributes
    if (reasons.size === MAX_REASONS) return { ...attributes, [REASON]: 'other' }
    reasons.add(reason)
    return attributes
  }

  return {
    countEvent(event) {
      const { events, renewal, breaker } = instruments()
      events.add(1, { [EVENT]: event.type, ...bounded(dimensionsOf(event)) })
      if (event.type === 'breaker.opened') breaker.record(1)
      if (event.type === 'breaker.closed') breaker.record(0)
      const wasTried = 'waited' in event && (event.type === 'session.renewed' || event.waited > 0)
      if (wasTried) renewal.record(event.waited / 1000, { [OUTCOME]: event.type.replace('session.', '') })
    },
    recordCall(seconds, attributes) {
      instruments().call.record(seconds, attributes)
    },
  }
}

function makeInstruments() {
  const meter = metrics.getMeter('evergate')
  const duration = { unit: 's', advice: { explicitBucketBoundaries: SECONDS } }
  const breaker = meter.createGauge('evergate.breaker.open', {
    unit: '1',
    description: '1 while no renewal calls the backend, otherwise 0',
  })
  breaker.record(0)
  return {
    breaker,
    events: meter.createCounter('evergate.events', {
      unit: '{event}',
      description: 'what the gateway has decided and noticed',
    }),
    renewal: meter.createHistogram('evergate.renewal.duration', {
      ...duration,
      description: 'how long requests waited for a renewal',
    }),
    call: meter.createHistogram('http.client.request.duration', {
      ...duration,
      description: 'duration of the calls to the backend',
    }),
  }
}
