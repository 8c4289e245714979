import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { freePort } from '../../scripts/testing/free-port.ts'
import { nginxConfiguration } from './nginx-configuration.ts'
import type { Running } from './processes.ts'
import { untilReady } from './processes.ts'
import { findOnPath } from './shared-cache.ts'

/** nginx as it is deployed, and a client that trusts its certificate. */
export type TlsProxy = Running & {
  /** File of the certificate. */
  readonly certificate: string
  readonly ask: (path: string, init?: AskInit) => Promise<Response>
}

type AskInit = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: FormData
}

/**
 * Starts nginx with `scripts/deploy/nginx.conf.template` in front of `target`.
 *
 * @throws when there is no nginx or no openssl.
 */
export async function startTlsProxy(target: string): Promise<TlsProxy> {
  const nginx = findOnPath('nginx')
  if (!nginx) throw new Error('there is no nginx on the path: apt-get install nginx-light')
  const folder = await mkdtemp(join(tmpdir(), 'evergate-tls-'))
  const files = { TLS_CERTIFICATE: join(folder, 'certificate.pem'), TLS_KEY: join(folder, 'key.pem') }
  makeCertificate(files.TLS_CERTIFICATE, files.TLS_KEY)
  const [port, plainPort] = [await freePort(), await freePort()]
  const settings = { ...files, NGINX_PORT: String(port), APP_ADDRESS: new URL(target).host }
  const configuration = join(folder, 'nginx.conf')
  await writeFile(configuration, around(folder, plainPort, fill(settings)))
  const child = spawn(nginx, ['-p', folder, '-c', configuration, '-e', 'stderr'])
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const url = `https://localhost:${port}`
  const running = await untilReady({ child, output: () => output }, url, `http://localhost:${plainPort}/`)
  const ca = readFileSync(files.TLS_CERTIFICATE)
  return {
    ...running,
    certificate: files.TLS_CERTIFICATE,
    ask: (path, init) => askOverTls(url + path, ca, init),
    async stop(signal) {
      const code = await running.stop(signal)
      await rm(folder, { recursive: true, force: true })
      return code
    },
  }
}

function makeCertificate(certificate: string, key: string): void {
  const kind = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', [...kind, ...names, '-keyout', key, '-out', certificate], { stdio: 'pipe' })
}

/** As the nginx image does it. */
function fill(settings: Readonly<Record<string, string>>): string {
  const template = readFileSync('scripts/deploy/nginx.conf.template', 'utf8')
  return template.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = settings[name]
    if (value === undefined) throw new Error(`nginx.conf.template asks for ${name}`)
    return value
  })
}

/** Whether it runs can be asked on the plain port. */
function around(folder: string, plainPort: number, server: string): string {
  return nginxConfiguration(folder, `server { listen ${plainPort}; return 204; }\n  ${server}`)
}

async function askOverTls(url: string, ca: Buffer, { method = 'GET', headers, body }: AskInit = {}) {
  const encoded = body && new Response(body)
  const content = encoded && Buffer.from(await encoded.arrayBuffer())
  const type = encoded?.headers.get('content-type')
  return new Promise<Response>((resolve, reject) => {
    const sent = request(url, { method, ca, headers: { ...headers, ...(type && { 'content-type': type }) } })
    sent.on('error', reject)
    sent.on('response', (message) => {
      const received = new Headers()
      for (const [name, values = []] of Object.entries(message.headersDistinct))
        for (const value of values) received.append(name, value)
      const status = message.statusCode ?? 0
      const hasBody = ![204, 304].includes(status)
      resolve(
        new Response(hasBody ? (Readable.toWeb(message) as ReadableStream) : null, {
          status,
          headers: received,
        }),
      )
    })
    sent.end(content)
  })
}
