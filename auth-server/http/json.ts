import type { ServerResponse } from 'node:http'

/** As Express writes it. */
export const JSON_TYPE = 'application/json; charset=utf-8'

/** Answers with a body in JSON. */
export function sendJson(res: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value)
  res.statusCode = status
  res.setHeader('Content-Type', JSON_TYPE)
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.end(body)
}
