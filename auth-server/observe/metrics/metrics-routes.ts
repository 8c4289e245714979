import express, { type Express, type RequestHandler } from 'express'
import { answerErrors } from '../../http/answer-errors.ts'
import { ApiError } from '../../http/errors.ts'
import { preparations } from '../../http/preparations.ts'
import { requireSecret } from '../../http/shared-secret.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from './metrics.ts'

/** Answers a scrape, in Prometheus' text format. */
export function metricsAnswer(metrics: Metrics): RequestHandler {
  return async (_req, res) => {
    const text = await metrics.text()
    res.set('Content-Type', metrics.contentType).send(text)
  }
}

/**
 * `GET /metrics`.
 *
 * @param token - what whoever scrapes must present as a bearer; undefined: nothing
 */
export function metricsHandlers(metrics: Metrics, token: string | undefined): RequestHandler[] {
  const answer = metricsAnswer(metrics)
  return token === undefined ? [answer] : [requireSecret(token, 'METRICS_TOKEN'), answer]
}

/** An app for a port of their own: metrics, and nothing else. */
export function createMetricsApp(metrics: Metrics, token: string | undefined, logger: Logger): Express {
  const app = express()
  app.disable('etag')
  app.use(preparations(logger))
  app.get('/metrics', metricsHandlers(metrics, token))
  app.use(() => {
    throw new ApiError(404, 'not_found', 'There is nothing here but GET /metrics.')
  })
  app.use(answerErrors(logger))
  return app
}
