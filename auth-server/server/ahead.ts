import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Express, Request, RequestHandler, Response } from 'express'
import { answerErrors } from '../http/answer-errors.ts'
import { bodyOf, cookiesOf, originOf } from '../http/http.ts'
import { JSON_TYPE } from '../http/json.ts'
import { logWhenFinished, preparedHeaders } from '../http/preparations.ts'
import type { Logger } from '../observe/logger.ts'
import { carryTraceId } from '../observe/tracing/request-trace.ts'
import { GRACE_HEADER, type RefreshRouteParts, refreshesWith } from '../routes/refresh.ts'

const PATH = '/refreshtoken'

/**
 * Answers refreshes ahead of Express, which would take a tenth of their time for nothing that they need. Express answers everything else, and
 * refreshes that are written in another way than gateways write them.
 *
 * @param before - the app's own middleware that sets headers
 */
export function aheadOfExpress(
  app: Express,
  before: readonly RequestHandler[],
  services: RefreshRouteParts,
  logger: Logger,
): RequestListener {
  const grantOf = refreshesWith(services)
  const headers = [
    ...preparedHeaders(before),
    [GRACE_HEADER, String(services.settings.refreshGrace)] as const,
    ['Content-Type', JSON_TYPE] as const,
  ]
  const fixed = headers.flat()
  const fail = answerErrors(logger)

  async function answer(req: Request, res: ServerResponse): Promise<void> {
    try {
      const grant = await grantOf(req.headers.cookie, originOf(req))
      const [access, refresh] = cookiesOf(grant, req.secure)
      const body = JSON.stringify(bodyOf(grant))
      const own = [
        'Content-Length',
        String(Buffer.byteLength(body)),
        'Set-Cookie',
        access,
        'Set-Cookie',
        refresh,
      ]
      res.writeHead(200, [...fixed, ...own]).end(body)
    } catch (error) {
      for (const [name, value] of headers) res.setHeader(name, value)
      fail(error, req, res as Response, () => {})
    }
  }

  return (sent, res) => {
    if (!isPlain(sent)) return app(sent, res)
    const req = asInExpress(app, sent)
    carryTraceId(req, res as Response, () => {
      logWhenFinished(logger, sent, res, () => PATH)
      void answer(req, res)
    })
  }
}

/** Without a body, which Express' middleware would look at. */
function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    url === PATH &&
    (headers['content-length'] ?? '0') === '0' &&
    headers['transfer-encoding'] === undefined
  )
}

/** The request with the `ip` and `secure` of Express, by the app's `trust proxy`. */
function asInExpress(app: Express, { headers, socket }: IncomingMessage): Request {
  return Object.assign(Object.create(app.request) as Request, { headers, socket })
}
