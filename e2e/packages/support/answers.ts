import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { applyChanges } from './app.ts'
import { ACTION, readAnswer, readInstall } from './readme.ts'

const secret = () => randomBytes(32).toString('base64url')

/** Does what the README says to those whose API signs people in. */
export function followApi(app: string, remoteApi: string): void {
  const [backend, config] = readAnswer('Your API')
  const options = /withGateway\(\{\}(, .*)\)/.exec(config?.text ?? '')?.[1]
  if (!backend || !options) throw new Error('the README has no backend and no option for it')
  write(app, backend.name, backend.text)
  write(app, 'middleware.ts', readInstall().written.middleware)
  applyChanges(app)
  replaceIn(app, 'next.config.ts', 'withGateway(nextConfig', `withGateway(nextConfig${options}`)
  setVariables(app, { REMOTE_API: remoteApi, GATEWAY_SECRET: secret() })
}

/** What the README's provider is in a test. */
type Registered = {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  /** The app's address. */
  readonly url: string
}

/** Does what the README says to those whose people sign in at an OpenID provider; its addresses are the test's. */
export function followProvider(
  app: string,
  { issuer, clientId, secret: clientSecret, url }: Registered,
): void {
  const registered = [
    ['https://id.example/realms/main', issuer],
    ['my-app', clientId],
    ['https://app.example', url],
  ] as const
  for (const { name, text } of readAnswer('An OpenID provider'))
    write(
      app,
      name,
      registered.reduce((changed, [from, to]) => changed.replaceAll(from, to), text),
    )
  const lastLine = readInstall().written.middleware.trim().split('\n').at(-1)
  appendFileSync(join(app, 'middleware.ts'), `${lastLine}\n`)
  applyChanges(app, (file) => file !== ACTION)
  write(app, 'app/login/page.tsx', LINK)
  setVariables(app, { ETLS_ACCESS: secret(), CLIENT_SECRET: clientSecret })
}

const LINK = `export default function Login() {
  return <a href="/auth/signin">Sign in</a>
}
`

function write(app: string, path: string, text: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true })
  writeFileSync(join(app, path), text)
}

export function replaceIn(app: string, path: string, from: string, to: string): void {
  const before = readFileSync(join(app, path), 'utf8')
  if (!before.includes(from)) throw new Error(`${path} has no ${from}`)
  writeFileSync(join(app, path), before.replace(from, to))
}

export function setVariables(app: string, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`)
  appendFileSync(join(app, '.env.local'), lines.join(''), { mode: 0o600 })
}
