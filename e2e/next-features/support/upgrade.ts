import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'

/** The answer to a WebSocket's handshake, read to its end: its status, 101 for one that opens. */
export async function upgrade(
  url: string,
  cookie: string,
): Promise<{ status: number; headers: IncomingMessage['headers'] }> {
  const handshake = request(url, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      'accept-encoding': 'gzip, br',
      ...(cookie && { cookie }),
    },
  })
  handshake.end()
  return new Promise((resolve, reject) => {
    handshake.setTimeout(10_000, () => handshake.destroy(new Error('silence')))
    handshake.once('error', reject)
    handshake.once('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy()
      resolve({ status: statusCode, headers })
    })
    handshake.once('response', async (response) => {
      const { statusCode = 0, headers } = response
      response.resume()
      await once(response, 'end').catch(reject)
      resolve({ status: statusCode, headers })
    })
  })
}
