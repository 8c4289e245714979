import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'

// API Gateway's part (payload format 2.0) and Lambda's: a request goes to an instance that has nothing to do, or to a new one.

const [bundle = '.'] = process.argv.slice(2)
const instanceFile = join(import.meta.dirname, 'lambda-instance.mjs')
/** @type {import('node:child_process').ChildProcess[]} */
const idle = []

/** @param {object} event @returns {Promise<any>} */
async function invoke(event) {
  const instance = idle.pop() ?? fork(instanceFile, [join(bundle, 'index.mjs')])
  const lost = { statusCode: 502, headers: {}, cookies: [], body: 'the instance has ended' }
  const result = await new Promise((resolve) => {
    instance.once('message', resolve)
    instance.once('exit', () => resolve(lost))
    instance.send(event)
  })
  instance.removeAllListeners()
  if (result !== lost) idle.push(instance)
  return result
}

createServer(async (request, response) => {
  const { pathname, search } = new URL(`http://host${request.url?.replace(/^\/+/, '/')}`)
  const { cookie, ...headers } = request.headers
  const rawPath = request.url?.split('?')[0] ?? pathname
  const result = await invoke({
    version: '2.0',
    rawPath,
    rawQueryString: search.slice(1),
    cookies: cookie?.split('; ') ?? [],
    headers: { ...headers, 'x-forwarded-proto': 'http', 'x-forwarded-for': request.socket.remoteAddress },
    requestContext: {
      http: { method: request.method, path: rawPath, sourceIp: request.socket.remoteAddress },
    },
    body: (await buffer(request)).toString('base64'),
    isBase64Encoded: true,
  })
  response.writeHead(result.statusCode, {
    ...result.headers,
    ...(result.cookies?.length && { 'set-cookie': result.cookies }),
  })
  response.end(Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'))
}).listen(Number(process.env.PORT), 'localhost')
