import { randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { appendToEnvFile, narrowEnvFile, setting } from './env-file.mjs'
import { fromRoot } from './paths.mjs'
import { Problem } from './problem.mjs'
import { runNode } from './run.mjs'
import { step } from './steps.mjs'

/** @typedef {'app' | 'auth'} PartName */

const secretsOf = { app: ['GATEWAY_SECRET'], auth: ['ETLS_REFRESH', 'SIGNING_KEYS'] }
/** Variables that both parts need alike. */
const ofBoth = ['FEED_SECRET']
/** Those that nothing else stands in for. */
const own = ['ETLS_REFRESH', 'FEED_SECRET']

/** The secrets that the parts need and that are not set. In shared-secret mode the others follow from `ETLS_ACCESS`. */
function missingSecrets(/** @type {PartName[]} */ parts) {
  const needed = [...parts.flatMap((part) => secretsOf[part]), ...ofBoth]
  const shared = Boolean(setting('ETLS_ACCESS'))
  return needed.filter((name) => !setting(name) && (!shared || own.includes(name)))
}

/** The auth server knows the form of its own secrets. @returns {Promise<Record<string, string>>} */
async function authServerSecrets() {
  const module = pathToFileURL(fromRoot('auth-server', 'config', 'generate-secrets.ts')).href
  const script = `
    import { generateRefreshSecret, generateSigningKeys } from ${JSON.stringify(module)}
    const made = { ETLS_REFRESH: generateRefreshSecret(), SIGNING_KEYS: await generateSigningKeys() }
    process.stdout.write(JSON.stringify(made))`
  const { code, stdout, output } = await runNode(['--input-type=module', '--eval', script])
  if (code !== 0) throw new Problem(`The auth server's secrets could not be made:\n${output.trim()}`)
  return JSON.parse(stdout)
}

/** @param {string[]} names @returns {Promise<Record<string, string>>} */
async function generate(names) {
  const areOfAuthServer = names.some((name) => secretsOf.auth.includes(name))
  const made = areOfAuthServer ? await authServerSecrets() : {}
  const random = () => randomBytes(32).toString('base64url')
  return Object.fromEntries(names.map((name) => [name, made[name] ?? random()]))
}

/**
 * Makes the secrets that are set neither in the environment nor in `.env.local`, and keeps them there.
 * @param {PartName[]} parts
 */
export function makeSecrets(parts) {
  return step('secrets', async () => {
    const narrowed = narrowEnvFile() ? ['.env.local was open to others, made it 0600'] : []
    const names = missingSecrets(parts)
    if (names.length > 0) appendToEnvFile(await generate(names))
    const made = names.length > 0 ? `made ${names.join(', ')} in .env.local (0600)` : 'unchanged'
    return [made, ...narrowed].join('; ')
  })
}
